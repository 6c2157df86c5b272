#include "journal_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include <resdyn/core/error.hpp>

#include "formats/sha256.hpp"

namespace resdyn::journal_file {

namespace {

constexpr std::string_view first_line = "resdyn journal 1\n";
constexpr std::size_t checksum_digits = 16;
constexpr std::size_t longest_line = 80;  // of a record
constexpr std::size_t longest_said = 20;  // characters of a value that differs

/// "KIND CHECKSUM NUMBER LENGTH\n", the bytes, a line's end. The checksum covers all behind it.
std::string record(std::string_view kind, Index number, std::string_view bytes) {
    std::string covered = fmt::format("{} {}\n", number, bytes.size());
    covered += bytes;
    return fmt::format("{} {} {}\n", kind, sha256(covered).substr(0, checksum_digits), covered);
}

struct RecordLine {
    std::string_view checksum;
    std::string_view numbers;  ///< "NUMBER LENGTH"
    Index number = 0;
    std::uint32_t length = 0;
};

template <typename T>
bool read_number(std::string_view text, T& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size();
}

/// Nothing where the line is not that of a record of this kind.
std::optional<RecordLine> parsed(std::string_view line, std::string_view kind) {
    const std::size_t begin = kind.size() + 1;
    if (line.size() < begin + checksum_digits + 4 || !line.starts_with(kind) ||
        line[kind.size()] != ' ' || line[begin + checksum_digits] != ' ') {
        return std::nullopt;
    }
    RecordLine result{.checksum = line.substr(begin, checksum_digits),
                      .numbers = line.substr(begin + checksum_digits + 1)};
    const std::size_t between = result.numbers.find(' ');
    if (between == std::string_view::npos ||
        !read_number(result.numbers.substr(0, between), result.number) || result.number < 0 ||
        !read_number(result.numbers.substr(between + 1), result.length)) {
        return std::nullopt;
    }
    return result;
}

/// Reads records one behind the other.
class Reader {
  public:
    explicit Reader(const std::filesystem::path& path)
        : path_(path), size_(std::filesystem::file_size(path)), file_(path, std::ios::binary) {
        if (!file_) {
            reject_input(path.string(), "a journal that can be read", "an error");
        }
    }

    std::uintmax_t size() const { return size_; }
    std::uintmax_t position() const { return position_; }
    /// Where the bytes of the last record begin.
    std::uintmax_t body() const { return body_; }
    Index number() const { return number_; }
    /// Whether the last record was not whole because the file ends too early.
    bool ended() const { return ended_; }

    /// The first bytes of the file, as many as the line that names it or all.
    std::string opening() {
        std::string bytes(std::min<std::uintmax_t>(first_line.size(), size_), '\0');
        file_.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        position_ = bytes.size();
        return bytes;
    }

    /// The next record's bytes; nothing where it is not whole or of another kind.
    std::optional<std::string> next(std::string_view kind) {
        std::string line;
        for (char c = 0; line.size() <= longest_line && file_.get(c) && c != '\n';) {
            line += c;
        }
        const std::optional<RecordLine> found = file_ ? parsed(line, kind) : std::nullopt;
        body_ = position_ + line.size() + 1;
        ended_ = !file_ || (found && body_ + found->length + 1 > size_);
        if (!found || ended_) {
            return std::nullopt;
        }
        std::string covered = fmt::format("{}\n", found->numbers);
        const std::size_t before = covered.size();
        covered.resize(before + found->length + 1);
        file_.read(covered.data() + before, static_cast<std::streamsize>(found->length) + 1);
        if (!file_ || covered.back() != '\n') {
            return std::nullopt;
        }
        covered.pop_back();
        if (sha256(covered).substr(0, checksum_digits) != found->checksum) {
            return std::nullopt;
        }
        number_ = found->number;
        position_ = body_ + found->length + 1;
        return covered.substr(before);
    }

  private:
    std::filesystem::path path_;
    std::uintmax_t size_;
    std::ifstream file_;
    std::uintmax_t position_ = 0;
    std::uintmax_t body_ = 0;
    Index number_ = 0;
    bool ended_ = false;
};

JournalHead parsed_head(const std::string& text) {
    const nlohmann::json json = nlohmann::json::parse(text);
    JournalHead head{.version = json.at("version"), .command = json.at("command"), .job = {}};
    head.job.name = json.at("job");
    head.job.tasks = json.at("tasks");
    head.job.identity = json.at("identity").get<std::map<std::string, std::string>>();
    return head;
}

std::string shortened(const std::string& value) {
    return value.size() <= longest_said ? value : value.substr(0, longest_said) + "…";
}

}  // namespace

std::optional<std::string> difference(const JournalHead& there, const JournalHead& here) {
    const auto said = [](const std::string& what, const std::string& theirs,
                         const std::string& ours) {
        return fmt::format("{} {} there, {} here", what, shortened(theirs), shortened(ours));
    };
    if (there.version != here.version) {
        return said("version", there.version, here.version);
    }
    if (there.job.name != here.job.name) {
        return said("job", there.job.name, here.job.name);
    }
    auto names = there.job.identity;
    names.insert(here.job.identity.begin(), here.job.identity.end());
    for (const auto& named : names) {
        const std::string& name = named.first;  // older compilers capture no structured binding
        const auto value = [&name](const Job& job) {
            const auto found = job.identity.find(name);
            return found == job.identity.end() ? std::string("none") : found->second;
        };
        if (value(there.job) != value(here.job)) {
            return said(name, value(there.job), value(here.job));
        }
    }
    if (there.job.tasks != here.job.tasks) {
        return said("tasks", std::to_string(there.job.tasks), std::to_string(here.job.tasks));
    }
    return std::nullopt;
}

std::string head_bytes(const JournalHead& head) {
    const nlohmann::json json = {{"version", head.version},
                                 {"command", head.command},
                                 {"job", head.job.name},
                                 {"tasks", head.job.tasks},
                                 {"identity", head.job.identity}};
    return std::string(first_line) +
           record("head", 0, json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

std::string record_bytes(Index task, std::string_view result) {
    return record("task", task, result);
}

Scan scan(const std::filesystem::path& file, const std::function<void(const JournalHead&)>& on_head,
          const OnRecord& on_record) {
    Reader reader(file);
    Scan result;
    const std::string opening = reader.opening();
    if (!first_line.starts_with(opening)) {
        reject_input(file.string(), "a journal of resdyn", "another file");
    }
    const std::optional<std::string> head = reader.next("head");
    if (!head) {
        // A head that was being written has nothing behind it; a damaged one is not to be lost.
        if (!reader.ended()) {
            reject_input(file.string(), "a journal of resdyn", "one whose head is damaged");
        }
        return result;
    }
    try {
        result.head = parsed_head(*head);
    } catch (const nlohmann::json::exception&) {
        reject_input(file.string(), "a journal of resdyn", "one whose head says something else");
    }
    on_head(*result.head);
    result.whole = reader.position();
    while (on_record && reader.position() < reader.size()) {
        const std::optional<std::string> bytes = reader.next("task");
        if (!bytes) {
            break;
        }
        on_record(reader.number(), reader.body(), static_cast<std::uint32_t>(bytes->size()));
        result.whole = reader.position();
    }
    return result;
}

}  // namespace resdyn::journal_file
