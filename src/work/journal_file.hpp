/// @file
/// The form of a journal's file: how records are made and found again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <resdyn/work/journal.hpp>

namespace resdyn::journal_file {

/// The first thing in which a job (there) differs from what it was expected to be (here), if any:
/// "weights 0f3a there, 77e0 here".
std::optional<std::string> difference(const JournalHead& there, const JournalHead& here);

/// The line that names it and the record of its head.
std::string head_bytes(const JournalHead& head);
std::string record_bytes(Index task, std::string_view result);

/// A task's record: its number, where its result stands in the file, and how long it is.
using OnRecord = std::function<void(Index task, std::uint64_t offset, std::uint32_t length)>;

struct Scan {
    std::optional<JournalHead> head;  ///< none where it is not whole.
    std::uintmax_t whole = 0;         ///< bytes up to the end of the last whole record.
};

/// Reads the file; `on_head` may refuse it, then every whole record in the order of the file. With
/// no `on_record`, the head alone. Throws InputError if it is no journal.
Scan scan(const std::filesystem::path& file, const std::function<void(const JournalHead&)>& on_head,
          const OnRecord& on_record);

}  // namespace resdyn::journal_file
