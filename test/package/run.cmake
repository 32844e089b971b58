# cmake -P run.cmake BUILD CONSUMER WORK VERSION OPTION…: installs BUILD beneath WORK, then configures, builds and runs
# the project CONSUMER against it with these options.
foreach(i RANGE 3 ${CMAKE_ARGC})
  list(APPEND arguments "${CMAKE_ARGV${i}}")
endforeach()
list(POP_FRONT arguments build consumer work version)

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${work}/installed ${work}/consumer)
run(${CMAKE_COMMAND} --install ${build} --prefix ${work}/installed)
run(${CMAKE_COMMAND} -S ${consumer} -B ${work}/consumer -D CMAKE_PREFIX_PATH=${work}/installed -D VERSION=${version} ${arguments})
run(${CMAKE_COMMAND} --build ${work}/consumer)
execute_process(COMMAND ${CMAKE_COMMAND} -E env HUBCACHE_LOG=trace ${work}/consumer/consumer ${work}/consumer/files ${version}
                OUTPUT_VARIABLE output ERROR_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
if(output)
  message(FATAL_ERROR "the library writes to stdout or stderr: ${output}")
endif()
run(${work}/installed/bin/hubcache --version)
