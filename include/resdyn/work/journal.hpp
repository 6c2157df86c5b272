/// @file
/// A journal: the finished tasks of a job in a file that is only ever appended to, so that a run
/// that was interrupted, killed or cut off from power costs the tasks that were at work and no
/// more.
///
/// Format: a line that names it, a record that says of which job it is, one record a task. A record
/// is a line (its kind, a checksum, what it counts, its length) and its bytes; the checksum is the
/// first 16 digits of SHA-256. What stands behind the last whole record is dropped on reading: a
/// record that was being written, or a part of the file that the disk has lost.
///
/// What it can miss: a record counts as done when the system has taken it, and is asked for on the
/// disk (fsync) every `sync_seconds` at most: a power cut may cost the tasks since.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// Independent numbered tasks, 0 … tasks − 1.
struct Job {
    std::string name;  ///< small letters, digits and '-': files are named after it.
    /// All that determines the results, by name: hashes of weights and data, options that shape
    /// what is counted or listed, the form of a task's bytes. What threads and time do is not here.
    std::map<std::string, std::string> identity;
    Index tasks = 0;
    /// Done before any of them is folded, >= 1; 1 for tasks that have threads of their own.
    Index tasks_per_round = 64;
};

/// Every count-th task, from the one numbered index on. 0 <= index < count.
struct Shard {
    Index index = 0;
    Index count = 1;

    bool holds(Index task) const { return task % count == index; }
};

struct JournalOptions {
    std::filesystem::path folder;
    /// Go on with what is in the folder, which must exist; an empty one is begun. Without a shard,
    /// every journal of the job in it counts. Not resuming: the folder must hold no journal of the
    /// job (and of the shard).
    bool resume = false;
    Shard shard = {};
    std::string command = {};   ///< kept for whoever makes the result of the journals.
    double sync_seconds = 2.0;  ///< between two requests to have the file on the disk, >= 0.
};

/// What stands at the head of a journal.
struct JournalHead {
    std::string version;  ///< of resdyn.
    std::string command;
    Job job;  ///< tasks_per_round is not kept.
};

/// "atlas.journal", "atlas.3-of-8.journal".
std::string journal_name(const std::string& job, const Shard& shard = {});

/// The journals among `places`, sorted within each folder: files, and the *.journal of folders.
/// Throws InputError for a place that is not there or a folder without one.
std::vector<std::filesystem::path> journals_in(const std::vector<std::filesystem::path>& places);

/// The head of the first of these files that has a whole one. Throws InputError if none has, or if
/// a file is no journal.
JournalHead journal_head(const std::vector<std::filesystem::path>& files);

/// The finished tasks of a job in some journals. Their results stay on the disk.
class FinishedTasks {
  public:
    explicit FinishedTasks(const Job& job) : job_(job) {}

    /// Reads a journal from end to end. Returns the bytes up to the end of its last whole record,
    /// 0 where the head itself is not whole. Throws InputError, in one line that says what differs,
    /// if it is no journal or one of another job, other weights or another version.
    std::uintmax_t add(const std::filesystem::path& file);

    Index size() const { return static_cast<Index>(places_.size()); }
    bool contains(Index task) const { return places_.contains(task); }
    /// The result of a task that is contained. Not from two threads at once.
    std::string result(Index task);
    /// The first task that is not contained.
    Index first_missing() const;

  private:
    struct Place {
        std::uint32_t file;
        std::uint32_t length;
        std::uint64_t offset;
    };

    Job job_;
    std::vector<std::filesystem::path> paths_;
    std::vector<std::ifstream> files_;
    std::map<Index, Place> places_;
};

/// A journal being written. One process at a time.
class Journal {
  public:
    /// Begins it, or goes on behind its last whole record; `finished` takes what it holds. Throws
    /// InputError as FinishedTasks::add and where there is one and `options.resume` is not set;
    /// ResourceError where it cannot be written or another process is at it.
    Journal(const Job& job, const JournalOptions& options, FinishedTasks& finished);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// From any thread. Throws ResourceError; the records before stay whole.
    void append(Index task, std::string_view result);
    /// Asks for all of it on the disk.
    void sync();

    const std::filesystem::path& path() const { return path_; }

  private:
    void write(const std::string& bytes);
    void sync_locked();

    std::filesystem::path path_;
    std::mutex mutex_{};
    int file_ = -1;
    std::uintmax_t size_ = 0;
    std::uintmax_t synced_size_ = 0;  ///< known to be on the disk.
    std::chrono::steady_clock::time_point synced_{};
    std::chrono::duration<double> sync_interval_;
};

}  // namespace resdyn
