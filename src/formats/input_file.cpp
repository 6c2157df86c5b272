#include "input_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) {
        reject_input(path.string(), "a file", "nothing of that name");
    }
    if (fs::is_directory(status)) {
        reject_input(path.string(), "a file", "a folder");
    }
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        reject_input(path.string(), "a file that can be read", std::strerror(errno));
    }
    std::string bytes;
    constexpr std::size_t chunk = std::size_t{1} << 20;
    // NOTE: by chunks, not by size: pipes and /dev/stdin have no size.
    while (file) {
        const std::size_t before = bytes.size();
        bytes.resize(before + chunk);
        file.read(bytes.data() + before, static_cast<std::streamsize>(chunk));
        bytes.resize(before + static_cast<std::size_t>(file.gcount()));
    }
    if (file.bad()) {
        reject_input(path.string(), "a file that can be read", "a read error");
    }
    return bytes;
}

}  // namespace resdyn
