# Starts PROGRAM with the new folder FOLDER. The library must write nothing to stdout or stderr.
file(REMOVE_RECURSE ${FOLDER})
execute_process(COMMAND ${CMAKE_COMMAND} -E env HUBCACHE_LOG=trace ${PROGRAM} ${FOLDER}
                RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(code OR output)
  message(FATAL_ERROR "exit code ${code}: ${output}")
endif()
