#include <resdyn/work/ranks.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <utility>

#include <resdyn/core/error.hpp>

#include "rank_messages.hpp"

namespace resdyn {

namespace {

constexpr Nap::Duration longest_wait{2'000};

std::string host_name() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data())
                                                          : std::string("unknown host");
}

JournalHead read_head(TaskReader& reader) {
    JournalHead head{.version = reader.next_text(), .command = {}, .job = {}};
    head.job.name = reader.next_text();
    head.job.tasks = reader.next_signed();
    for (std::uint64_t left = reader.next(); left > 0; --left) {
        std::string key = reader.next_text();
        head.job.identity[std::move(key)] = reader.next_text();
    }
    return head;
}

}  // namespace

void Ranks::send(int to, std::string bytes) {
    ++traffic_.messages;
    traffic_.bytes += static_cast<Index>(bytes.size());
    communicator_.send(to, std::move(bytes));
}

std::optional<RankMessage> Ranks::receive() {
    std::optional<RankMessage> message = communicator_.receive();
    if (message) {
        ++traffic_.messages;
        traffic_.bytes += static_cast<Index>(message->bytes.size());
    }
    return message;
}

std::string Ranks::name(int rank) const {
    const auto host = hosts_.find(rank);
    return host == hosts_.end() ? fmt::format("rank {}", rank)
                                : fmt::format("rank {} ({})", rank, host->second);
}

void Ranks::introduce(const std::string& version, const std::string& command) {
    version_ = version;
    if (!leads()) {
        TaskWriter hello = rank_message(RankSays::Hello);
        hello.add_text(version);
        hello.add_text(command);
        hello.add_text(host_name());
        send(0, hello.take());
        return;
    }
    hosts_[0] = host_name();
    int first_other = 0;
    std::string theirs;
    bool by_version = false;
    Nap nap(longest_wait);
    while (static_cast<int>(hosts_.size()) < size()) {
        const std::optional<RankMessage> message = receive();
        if (!message) {
            nap.take();
            continue;
        }
        RankReader hello(message->bytes);
        const std::string their_version = hello.rest.next_text();
        const std::string their_command = hello.rest.next_text();
        hosts_[message->from] = hello.rest.next_text();
        const bool other_version = their_version != version;
        if ((other_version || their_command != command) &&
            (first_other == 0 || message->from < first_other)) {
            first_other = message->from;
            by_version = other_version;
            theirs = other_version ? their_version : their_command;
        }
    }
    if (first_other > 0 && by_version) {
        throw ResourceError(fmt::format("{}: expected version {} as on rank 0, got {}",
                                        name(first_other), version, theirs));
    }
    if (first_other > 0) {
        reject_input(name(first_other), "the command of rank 0", theirs);
    }
}

std::uint64_t Ranks::open(const Job& job) {
    ++jobs_;
    TaskWriter writer = rank_message(RankSays::Open, jobs_);
    writer.add_text(version_);
    writer.add_text(job.name);
    writer.add_signed(job.tasks);
    writer.add(job.identity.size());
    for (const auto& [key, value] : job.identity) {
        writer.add_text(key);
        writer.add_text(value);
    }
    const Prepared prepared = std::exchange(prepared_, {});
    writer.add_text(prepared.job);
    writer.add_text(prepared.bytes);
    const std::string bytes = writer.take();
    for (int rank = 1; rank < size(); ++rank) {
        send(rank, bytes);
    }
    return jobs_;
}

bool Ranks::await_job() {
    opened_.reset();
    for (Nap nap(longest_wait);;) {
        const std::optional<RankMessage> message = receive();
        if (!message) {
            nap.take();
            continue;
        }
        RankReader said(message->bytes);
        if (said.what == RankSays::End) {
            send(0, rank_message(RankSays::Bye).take());
            return false;
        }
        // Anything else belongs to a job that this rank has left.
        if (said.what == RankSays::Open) {
            opened_ = Opened{.number = said.job, .head = read_head(said.rest), .prepared = {}};
            opened_->prepared.job = said.rest.next_text();
            opened_->prepared.bytes = said.rest.next_text();
            return true;
        }
    }
}

void Ranks::report_failure(bool by_input, std::string_view what) {
    TaskWriter writer = rank_message(RankSays::Failed, opened_ ? opened_->number : 0);
    writer.add(by_input ? 1 : 0);
    writer.add_text(what);
    send(0, writer.take());
}

void Ranks::dismiss() {
    for (int rank = 1; rank < size(); ++rank) {
        send(rank, rank_message(RankSays::End).take());
    }
    Nap nap(longest_wait);
    for (int left = size() - 1; left > 0;) {
        const std::optional<RankMessage> message = receive();
        if (!message) {
            nap.take();
            continue;
        }
        left -= RankReader(message->bytes).what == RankSays::Bye ? 1 : 0;
    }
}

}  // namespace resdyn
