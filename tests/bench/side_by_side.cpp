#include "side_by_side.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include <resdyn/core/quantile.hpp>

namespace resdyn::bench {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Mean seconds of a run over one turn.
double turn(const Contestant& contestant, double min_seconds) {
    const Clock::time_point start = Clock::now();
    int runs = 0;
    do {
        contestant.run();
        ++runs;
    } while (seconds_since(start) < min_seconds);
    return seconds_since(start) / runs;
}

}  // namespace

std::vector<Timing> race(const std::vector<Contestant>& contestants, const RaceOptions& options) {
    std::vector<std::vector<double>> seconds(contestants.size());
    for (int round = -1; round < options.rounds; ++round) {
        for (std::size_t i = 0; i < contestants.size(); ++i) {
            const double taken = turn(contestants[i], round < 0 ? 0.0 : options.min_seconds);
            if (round >= 0) {
                seconds[i].push_back(taken);
            }
        }
    }
    std::vector<Timing> timings;
    for (std::size_t i = 0; i < contestants.size(); ++i) {
        const resdyn::Spread times = resdyn::spread(std::move(seconds[i]));
        timings.push_back(
            {contestants[i].name, times.median, times.least, times.most, options.rounds});
    }
    return timings;
}

Ledger::Ledger(const std::string& topic, const std::string& folder)
    : path_(folder + "/" + topic + ".csv"), csv_("what,measured,unit,target,verdict\n") {
    std::filesystem::create_directories(folder);
    fmt::print("{:<66} {:>10} {:<9} {:>9}\n", topic, "measured", "unit", "target");
}

Ledger::~Ledger() {
    std::ofstream(path_) << csv_;
}

void Ledger::add(const std::string& what, double measured, const std::string& unit,
                 const std::string& target, const std::string& verdict) {
    fmt::print("{:<66} {:>10.4g} {:<9} {:>9} {}\n", what, measured, unit, target, verdict);
    std::fflush(stdout);
    csv_ += fmt::format("\"{}\",{:.6g},{},{},{}\n", what, measured, unit, target, verdict);
}

void Ledger::at_least(const std::string& what, double measured, double target,
                      const std::string& unit) {
    add(what, measured, unit, fmt::format(">= {:g}", target),
        measured >= target ? "reached" : "missed");
}

void Ledger::at_most(const std::string& what, double measured, double target,
                     const std::string& unit) {
    add(what, measured, unit, fmt::format("<= {:g}", target),
        measured <= target ? "reached" : "missed");
}

void Ledger::figure(const std::string& what, double measured, const std::string& unit) {
    add(what, measured, unit, "", "");
}

void Ledger::note(const std::string& text) {
    fmt::print("{}\n", text);
    csv_ += fmt::format("\"{}\",,,,note\n", text);
}

double peak_memory_mib() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

}  // namespace resdyn::bench
