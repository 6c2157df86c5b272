#include <resdyn/work/journal.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

#include <resdyn/core/error.hpp>

#include "journal_file.hpp"

namespace resdyn {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view extension = ".journal";

[[noreturn]] void fail(const fs::path& path, int error) {
    throw ResourceError(
        fmt::format("{}: expected a journal that can be written, got: {}{}", path.string(),
                    std::generic_category().message(error),
                    error == EFBIG || error == ENOSPC || error == EDQUOT || error == EIO
                        ? "; what stands in it is whole, and --resume goes on with it"
                        : ""));
}

/// The names of a folder reach the disk by a request of their own.
void sync_folder(const fs::path& folder) {
    const int descriptor = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY);
    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
}

void refuse_second_beginning(const fs::path& path, const Job& job) {
    Index finished = 0;
    const journal_file::Scan scan = journal_file::scan(
        path, [](const JournalHead&) {},
        [&finished](Index, std::uint64_t, std::uint32_t) { ++finished; });
    reject_input("journal", "a folder without one, or --resume to go on with it",
                 fmt::format("{}: {} of {} tasks are done", path.string(), finished,
                             scan.head ? scan.head->job.tasks : job.tasks));
}

}  // namespace

std::string journal_name(const std::string& job, const Shard& shard) {
    return shard.count > 1 ? fmt::format("{}.{}-of-{}{}", job, shard.index, shard.count, extension)
                           : fmt::format("{}{}", job, extension);
}

std::vector<fs::path> journals_in(const std::vector<fs::path>& places) {
    std::vector<fs::path> files;
    for (const fs::path& place : places) {
        std::error_code error;
        if (!fs::is_directory(place, error)) {
            if (!fs::exists(place, error)) {
                reject_input(place.string(), "a journal, or a folder of journals",
                             "nothing of that name");
            }
            files.push_back(place);
            continue;
        }
        std::vector<fs::path> inside;
        for (const fs::directory_entry& entry : fs::directory_iterator(place)) {
            if (entry.path().extension() == extension) {
                inside.push_back(entry.path());
            }
        }
        if (inside.empty()) {
            reject_input(place.string(), "a folder of journals", "one without any");
        }
        std::sort(inside.begin(), inside.end());
        files.insert(files.end(), inside.begin(), inside.end());
    }
    return files;
}

JournalHead journal_head(const std::vector<fs::path>& files) {
    for (const fs::path& file : files) {
        const journal_file::Scan scan = journal_file::scan(file, [](const JournalHead&) {}, {});
        if (scan.head) {
            return *scan.head;
        }
    }
    reject_input(files.empty() ? "journals" : files.front().string(), "a journal with a whole head",
                 "none");
}

std::uintmax_t FinishedTasks::add(const fs::path& file) {
    const auto number = static_cast<std::uint32_t>(paths_.size());
    const auto check = [&](const JournalHead& there) {
        const JournalHead here{.version = RESDYN_VERSION, .command = {}, .job = job_};
        if (const auto differs = journal_file::difference(there, here)) {
            reject_input("journal", "one of the same job, weights, options and version",
                         fmt::format("{}: {}", file.string(), *differs));
        }
    };
    const auto take = [&](Index task, std::uint64_t offset, std::uint32_t length) {
        if (task < job_.tasks) {
            places_.emplace(task, Place{number, length, offset});
        }
    };
    const journal_file::Scan scan = journal_file::scan(file, check, take);
    paths_.push_back(file);
    files_.emplace_back(file, std::ios::binary);
    return scan.whole;
}

std::string FinishedTasks::result(Index task) {
    const Place& place = places_.at(task);
    std::ifstream& file = files_[place.file];
    file.seekg(static_cast<std::streamoff>(place.offset));
    std::string bytes(place.length, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(place.length));
    if (!file) {
        throw ResourceError(fmt::format("{}: expected task {} to be there still, got an error",
                                        paths_[place.file].string(), task));
    }
    return bytes;
}

Index FinishedTasks::first_missing() const {
    Index task = 0;
    for (const auto& [number, ignored] : places_) {
        if (number != task) {
            break;
        }
        ++task;
    }
    return task;
}

Journal::Journal(const Job& job, const JournalOptions& options, FinishedTasks& finished)
    : path_(options.folder / journal_name(job.name, options.shard)),
      sync_interval_(options.sync_seconds) {
    std::error_code error;
    if (!options.resume) {
        fs::create_directories(options.folder, error);
    }
    file_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0666);
    if (file_ < 0) {
        fail(path_, errno);
    }
    try {
        // Where the file system knows no locks, nobody is kept out.
        if (flock(file_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            throw ResourceError(fmt::format(
                "{}: expected a journal of its own, got one that another process is writing",
                path_.string()));
        }
        const std::uintmax_t there = fs::file_size(path_);
        if (there > 0 && !options.resume) {
            refuse_second_beginning(path_, job);
        }
        size_ = there > 0 ? finished.add(path_) : 0;
        if (size_ < there && ftruncate(file_, static_cast<off_t>(size_)) != 0) {
            fail(path_, errno);
        }
        if (size_ == 0) {
            write(journal_file::head_bytes(
                {.version = RESDYN_VERSION, .command = options.command, .job = job}));
        }
    } catch (...) {
        close(file_);
        throw;
    }
    synced_ = std::chrono::steady_clock::now();
}

Journal::~Journal() {
    if (size_ != synced_size_) {
        fsync(file_);
    }
    close(file_);
}

void Journal::append(Index task, std::string_view result) {
    if (result.size() > std::numeric_limits<std::uint32_t>::max()) {
        throw std::length_error("journal: expected a result below 4 GiB");
    }
    const std::string record = journal_file::record_bytes(task, result);
    const std::lock_guard lock(mutex_);
    write(record);
    if (std::chrono::steady_clock::now() - synced_ >= sync_interval_) {
        sync_locked();
    }
}

void Journal::sync() {
    const std::lock_guard lock(mutex_);
    sync_locked();
}

/// All of it or nothing.
void Journal::write(const std::string& bytes) {
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t count = ::write(file_, bytes.data() + done, bytes.size() - done);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            const int error = count < 0 ? errno : ENOSPC;
            // If this fails too, the next reader drops the torn record.
            [[maybe_unused]] const int cut = ftruncate(file_, static_cast<off_t>(size_));
            fail(path_, error);
        }
        done += static_cast<std::size_t>(count);
    }
    size_ += bytes.size();
}

void Journal::sync_locked() {
    if (size_ != synced_size_ && fsync(file_) != 0) {
        fail(path_, errno);
    }
    if (synced_size_ == 0) {
        sync_folder(path_.parent_path());
    }
    synced_size_ = size_;
    synced_ = std::chrono::steady_clock::now();
}

}  // namespace resdyn
