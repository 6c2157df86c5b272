#include <resdyn/io/output_folder.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace fs = std::filesystem;

namespace {

void write_plain(const fs::path& path, std::string_view content) {
    std::ofstream file(path, std::ios::binary);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file) {
        throw ResourceError(
            fmt::format("{}: expected a file that can be written, got an error "
                        "(permissions, or disk full?)",
                        path.string()));
    }
}

void create_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error || !fs::is_directory(folder)) {
        throw ResourceError(fmt::format("{}: expected a folder that can be written, got: {}",
                                        folder.string(),
                                        error ? error.message() : "a file of that name"));
    }
}

}  // namespace

void write_file_atomically(const fs::path& path, std::string_view content) {
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    create_folder(folder);
    const fs::path temporary =
        folder / fmt::format(".{}.{}.tmp", path.filename().string(), getpid());
    std::error_code error;
    try {
        write_plain(temporary, content);
        fs::rename(temporary, path, error);
        if (error) {
            throw ResourceError(fmt::format("{}: expected a path that can be written, got: {}",
                                            path.string(), error.message()));
        }
    } catch (...) {
        fs::remove(temporary, error);
        throw;
    }
}

OutputFolder::OutputFolder(fs::path destination) : destination_(std::move(destination)) {
    for (fs::path folder = destination_; !folder.empty() && !fs::exists(folder);
         folder = folder.parent_path()) {
        created_.push_back(folder);
    }
    create_folder(destination_);
    staging_ = destination_ / fmt::format(".staging-{}", getpid());
    create_folder(staging_);
    if (access(staging_.c_str(), W_OK) != 0) {
        throw ResourceError(
            fmt::format("{}: expected a folder that can be written", destination_.string()));
    }
}

OutputFolder::~OutputFolder() {
    std::error_code error;
    fs::remove_all(staging_, error);
    for (const fs::path& folder : created_) {
        fs::remove(folder, error);  // only if it is empty: nothing was committed
    }
}

void OutputFolder::write(const std::string& name, std::string_view content) const {
    const fs::path path = staging_ / name;
    create_folder(path.parent_path());
    write_plain(path, content);
}

std::vector<fs::path> OutputFolder::commit() {
    std::vector<fs::path> names;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(staging_)) {
        if (entry.is_regular_file()) {
            names.push_back(fs::relative(entry.path(), staging_));
        }
    }
    std::sort(names.begin(), names.end());
    for (fs::path& name : names) {
        const fs::path target = destination_ / name;
        create_folder(target.parent_path());
        std::error_code error;
        fs::rename(staging_ / name, target, error);
        if (error) {
            throw ResourceError(fmt::format("{}: expected a path that can be written, got: {}",
                                            target.string(), error.message()));
        }
        name = target;
    }
    return names;
}

}  // namespace resdyn
