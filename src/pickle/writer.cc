#include "pickle/writer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include <sys/mman.h>

#include "pickle/frames.h"
#include "pickle/opcode.h"

namespace hubcache::pickle {
namespace {

constexpr std::size_t batch_size = 1000;
constexpr std::string_view protocol = "\x80\x04";

/// CPython has only one object for '' and for each of the 256 strings of one Latin-1 character, however the string was
/// made (unpickled, decoded from JSON): the second time, the pickler finds the same object and writes a GET.
constexpr std::size_t singletons = 257;

std::optional<std::size_t> singleton(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.empty()) return singletons - 1;
  if (text.size() == 1 && byte(0) < 0x80) return byte(0);
  if (text.size() == 2 && (byte(0) == 0xc2 || byte(0) == 0xc3)) return ((byte(0) & 3U) << 6) | (byte(1) & 63U);
  return std::nullopt;
}

/// Writes lists, dicts and strings as CPython's C pickler does. The pickler memoizes by identity: a memo number belongs
/// to an object, and two equal strings are two objects.
class Pickler {
 public:
  explicit Pickler(char* out) : frames_(std::ranges::copy(protocol, out).out) {}

  /// Writes STOP and returns the end of the written bytes.
  const char* finish() {
    write(Op::stop);
    frames_.close();
    return frames_.end();
  }
  void write(Op op) { frames_.write(op); }
  void object(Op op) {
    frames_.boundary();
    write(op);
    memoize();
  }
  void text(std::string_view text);
  /// Writes a text that is the same object at every occurrence, such as a constant in the client's code. `number`: its
  /// memo number.
  void shared(std::string_view text, std::optional<std::uint32_t>& number);

 private:
  void fresh(std::string_view text);
  void get(std::uint32_t number);
  void memoize() {
    write(Op::memoize);
    ++memoized_;
  }

  Frames frames_;
  std::uint32_t memoized_ = 0;
  std::array<std::optional<std::uint32_t>, singletons> singletons_;
};

void Pickler::text(std::string_view text) {
  if (const auto which = singleton(text)) return shared(text, singletons_[*which]);
  fresh(text);
}

void Pickler::shared(std::string_view text, std::optional<std::uint32_t>& number) {
  if (number) return get(*number);
  number = memoized_;
  fresh(text);
}

void Pickler::get(std::uint32_t number) {
  frames_.boundary();
  if (number < 256) {
    frames_.write(Op::binget, number, 1);
  } else {
    frames_.write(Op::long_binget, number, 4);
  }
}

void Pickler::fresh(std::string_view text) {
  frames_.boundary();
  if (text.size() < 256) {
    frames_.write(Op::short_binunicode, 1, text);
  } else if (text.size() <= UINT32_MAX) {
    frames_.write(Op::binunicode, 4, text);
  } else {
    frames_.write(Op::binunicode8, 8, text);
  }
  memoize();
}

class IndexWriter {
 public:
  explicit IndexWriter(char* out) : pickler_(out) {}

  const char* write(std::span<const Record> records) {
    pickler_.object(Op::empty_list);
    if (records.size() == 1) {
      write(records[0]);
      pickler_.write(Op::append);
    } else {
      write_batches(records);
    }
    return pickler_.finish();
  }

 private:
  /// Writes records in batches. The C pickler writes a last batch of one record like any other; only pickle.py uses
  /// APPEND for it.
  void write_batches(std::span<const Record> records) {
    while (!records.empty()) {
      const auto batch = records.first(std::min(batch_size, records.size()));
      pickler_.write(Op::mark);
      for (const Record& record : batch) write(record);
      pickler_.write(Op::appends);
      records = records.subspan(batch.size());
    }
  }

  void write(const Record& record) {
    pickler_.object(Op::empty_dict);
    pickler_.write(Op::mark);
    pickler_.shared("Path", path_);
    pickler_.text(record.path);
    pickler_.shared("Revision", revision_);
    pickler_.text(record.revision);
    pickler_.write(Op::setitems);
  }

  Pickler pickler_;
  std::optional<std::uint32_t> path_, revision_;
};

/// Maximal bytes of an object without its characters: its opcode, a length or a memo number, MEMOIZE, and a frame's
/// header before it.
constexpr std::size_t most_of_object = 1 + 8 + 1 + Frames::header_size;

/// Asks the system for huge pages: getting new memory in pages of 4 KiB takes twice as long as filling it. A failure
/// does no harm.
void advise_huge_pages(void* start, std::size_t size) {
  constexpr std::size_t huge = 2 << 20;
  if (std::align(huge, huge, start, size)) madvise(start, size, MADV_HUGEPAGE);
}

/// Returns the bytes that `write` writes, at most `room`. `write` returns the end of the written bytes.
template <class Write>
std::string written(std::size_t room, const Write& write) {
  std::string out;
  out.resize_and_overwrite(room, [&](char* start, std::size_t) {
    advise_huge_pages(start, room);
    return static_cast<std::size_t>(write(start) - start);
  });
  return out;
}

/// Returns the maximal size of an index. A record has a dict, two keys, two values, MARK and SETITEMS. The index also
/// has the protocol, the list, the text of each key once, STOP, and MARK and APPENDS for each batch.
std::size_t most(std::span<const Record> records) {
  std::size_t size = 64 + most_of_object;
  for (const Record& record : records) size += record.path.size() + record.revision.size() + 5 * most_of_object + 4;
  return size;
}

}  // namespace

std::string write_index(std::span<const Record> records) {
  return written(most(records), [&](char* out) { return IndexWriter(out).write(records); });
}

std::string write_model_meta(std::string_view id) {
  return written(64 + 3 * most_of_object + id.size(), [&](char* out) {
    Pickler pickler(out);
    std::optional<std::uint32_t> key;
    pickler.object(Op::empty_dict);
    pickler.shared("id", key);
    pickler.text(id);
    pickler.write(Op::setitem);
    return pickler.finish();
  });
}

}  // namespace hubcache::pickle
