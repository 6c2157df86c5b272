/// @file
/// A parser under fuzzing. A target is one file that defines both functions below; it is linked
/// with mutation_driver.cpp (any compiler, deterministic, run by CTest) or, with clang, with
/// libFuzzer (-fsanitize=fuzzer), which brings its own main().
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace resdyn::fuzz {

/// Valid inputs to mutate.
std::vector<std::string> seeds();

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Ends the process, so that either driver sees a crash.
[[noreturn]] inline void broken(std::string_view law) {
    std::cerr << "fuzz: " << law << '\n';
    std::abort();
}

/// Runs `parse`; what it may do is return, or refuse by a std::invalid_argument of one short line.
template <class Parse>
void parses_or_refuses(Parse parse) {
    try {
        parse();
    } catch (const std::invalid_argument& refusal) {
        const std::string_view text = refusal.what();
        constexpr std::size_t longest = 4096;
        if (text.empty() || text.size() > longest) {
            broken("expected a refusal of 1 to 4096 characters");
        }
    }
}

/// The bytes as a file in memory, for parsers that take a path.
class MemoryFile {
  public:
    explicit MemoryFile(std::string_view bytes) : descriptor_(memfd_create("fuzz", MFD_CLOEXEC)) {
        if (descriptor_ < 0 ||
            write(descriptor_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
            broken("expected a file in memory");
        }
    }
    ~MemoryFile() { close(descriptor_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  private:
    int descriptor_;
};

}  // namespace resdyn::fuzz
