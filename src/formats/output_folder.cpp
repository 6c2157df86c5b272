#include "output_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
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

constexpr std::string_view staging_prefix = ".staging-";

/// Opens a folder and locks it for as long as this process lives; -1 if another process has it or
/// has removed it. Where the file system knows no locks, the folder is open without one.
int open_locked(const fs::path& folder, bool& locked) {
    const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return -1;
    }
    locked = flock(descriptor, LOCK_EX | LOCK_NB) == 0;
    const bool taken = !locked && errno == EWOULDBLOCK;
    struct stat status {};
    const bool removed = fstat(descriptor, &status) != 0 || status.st_nlink == 0;
    if (taken || removed) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

/// Removes what killed runs left: staging folders on which nobody holds a lock.
void remove_abandoned_staging(const fs::path& destination) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(destination, error)) {
        if (!entry.path().filename().string().starts_with(staging_prefix)) {
            continue;
        }
        bool locked = false;
        const int descriptor = open_locked(entry.path(), locked);
        if (locked) {
            fs::remove_all(entry.path(), error);
        }
        if (descriptor >= 0) {
            close(descriptor);
        }
    }
}

/// Whose results a folder holds, and the names of their files relative to it.
struct Manifest {
    std::string owner;
    std::vector<fs::path> files;
};

constexpr std::string_view manifest_head = "resdyn ";

/// Empty where there is none, or a file that this program did not write.
Manifest read_manifest(const fs::path& folder) {
    std::ifstream file(folder / manifest_name);
    Manifest manifest;
    std::string line;
    if (!std::getline(file, line) || !line.starts_with(manifest_head)) {
        return manifest;
    }
    manifest.owner = line.substr(manifest_head.size());
    while (std::getline(file, line)) {
        // Names come from a file that anyone may have changed: nothing outside the folder is ours.
        const fs::path name = fs::path(line).lexically_normal();
        if (!name.empty() && name.is_relative() && *name.begin() != "..") {
            manifest.files.push_back(name);
        }
    }
    return manifest;
}

void write_manifest(const fs::path& folder, const Manifest& manifest) {
    std::string text = fmt::format("{}{}\n", manifest_head, manifest.owner);
    for (const fs::path& name : manifest.files) {
        text += name.string() + '\n';
    }
    write_file_atomically(folder / manifest_name, text);
}

/// Removes the files of `old` that are not in `now` (sorted), and folders that this empties.
void remove_stale(const fs::path& folder, const std::vector<fs::path>& old,
                  const std::vector<fs::path>& now) {
    std::error_code error;
    for (const fs::path& name : old) {
        if (std::binary_search(now.begin(), now.end(), name) ||
            !fs::is_regular_file(fs::symlink_status(folder / name, error))) {
            continue;
        }
        fs::remove(folder / name, error);
        for (fs::path above = name.parent_path(); !above.empty(); above = above.parent_path()) {
            fs::remove(folder / above, error);  // only if it is empty
        }
    }
}

}  // namespace

std::string owner_of(const fs::path& folder) {
    return read_manifest(folder).owner;
}

void check_owner(const fs::path& folder, const std::string& owner) {
    const Manifest manifest = read_manifest(folder);
    if (!owner.empty() && !manifest.owner.empty() && manifest.owner != owner) {
        reject_input(
            folder.string(),
            fmt::format("a new folder, or one of an earlier resdyn {} (another --out keeps "
                        "both results)",
                        owner),
            fmt::format("the results of resdyn {}", manifest.owner));
    }
}

void check_writable(const fs::path& folder) {
    std::error_code error;
    fs::path existing = folder;
    while (!existing.empty() && !fs::exists(existing, error)) {
        existing = existing.parent_path();
    }
    const auto reject = [&folder](const std::string& got) {
        throw ResourceError(fmt::format("{}: expected a folder that can be written, got: {}",
                                        folder.string(), got));
    };
    if (existing.empty()) {
        existing = ".";
    }
    if (!fs::is_directory(existing, error)) {
        reject(error                ? error.message()
               : existing == folder ? "a file of that name"
                                    : "a file above it: " + existing.string());
    }
    // NOTE: tried, not asked for: access() says yes to root where nothing can be written.
    std::string name = (existing / fmt::format("{}XXXXXX", staging_prefix)).string();
    if (mkdtemp(name.data()) == nullptr) {
        reject(std::generic_category().message(errno));
    }
    fs::remove(name, error);
}

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

OutputFolder::OutputFolder(fs::path destination, std::string owner)
    : destination_(std::move(destination)), owner_(std::move(owner)) {
    check_owner(destination_, owner_);
    for (fs::path folder = destination_; !folder.empty() && !fs::exists(folder);
         folder = folder.parent_path()) {
        created_.push_back(folder);
    }
    create_folder(destination_);
    remove_abandoned_staging(destination_);
    // Between its creation and its lock, another run may take the folder for an abandoned one.
    for (int attempt = 0; lock_ < 0 && attempt < 100; ++attempt) {
        std::string name = (destination_ / fmt::format("{}XXXXXX", staging_prefix)).string();
        if (mkdtemp(name.data()) == nullptr) {
            throw ResourceError(fmt::format("{}: expected a folder that can be written, got: {}",
                                            destination_.string(),
                                            std::generic_category().message(errno)));
        }
        staging_ = name;
        bool locked = false;
        lock_ = open_locked(staging_, locked);
    }
    if (lock_ < 0) {
        throw ResourceError(
            fmt::format("{}: expected a folder that can be written, got none that "
                        "stays (another program removes it?)",
                        destination_.string()));
    }
}

OutputFolder::~OutputFolder() {
    std::error_code error;
    fs::remove_all(staging_, error);
    close(lock_);
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
    const std::vector<fs::path> staged = names;
    names.insert(names.end(), adopted_.begin(), adopted_.end());
    std::sort(names.begin(), names.end());
    const std::vector<fs::path> now = names;
    const std::vector<fs::path> old =
        owner_.empty() ? std::vector<fs::path>() : read_manifest(destination_).files;
    if (!owner_.empty()) {
        // Both, until all is in place: a run that is killed in between leaves nothing unnamed.
        Manifest both{owner_, old};
        both.files.insert(both.files.end(), now.begin(), now.end());
        write_manifest(destination_, both);
    }
    for (const fs::path& name : staged) {
        const fs::path target = destination_ / name;
        create_folder(target.parent_path());
        std::error_code error;
        fs::rename(staging_ / name, target, error);
        if (error) {
            throw ResourceError(fmt::format("{}: expected a path that can be written, got: {}",
                                            target.string(), error.message()));
        }
    }
    if (!owner_.empty()) {
        remove_stale(destination_, old, now);
        write_manifest(destination_, {owner_, now});
    }
    for (fs::path& name : names) {
        name = destination_ / name;
    }
    return names;
}

}  // namespace resdyn
