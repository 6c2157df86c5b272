/// @file
/// Measuring one way of doing a thing against another in the same run: the contestants take turns,
/// so that a busy machine slows all alike, and what is printed are ratios of medians.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace resdyn::bench {

/// One way to do the work; `run` does a fixed amount of it.
struct Contestant {
    std::string name;
    std::function<void()> run;
};

/// Seconds that one `run` took, over the rounds.
struct Timing {
    std::string name;
    double median = 0.0;
    double fastest = 0.0;
    double slowest = 0.0;
    int rounds = 0;
};

struct RaceOptions {
    int rounds = 5;            ///< turns each contestant takes, >= 1; after one turn unmeasured.
    double min_seconds = 0.2;  ///< a turn repeats `run` until this long has passed.
};

/// Seconds a run of every contestant, in their order.
std::vector<Timing> race(const std::vector<Contestant>& contestants,
                         const RaceOptions& options = {});

/// The claims of one bench program: printed as a table as they come, and written as CSV.
class Ledger {
  public:
    /// `topic` names the file: FOLDER/topic.csv.
    Ledger(const std::string& topic, const std::string& folder);
    ~Ledger();
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    /// "measured" of `what` should be at least `target`.
    void at_least(const std::string& what, double measured, double target,
                  const std::string& unit = "x");
    /// "measured" of `what` should be at most `target`.
    void at_most(const std::string& what, double measured, double target, const std::string& unit);
    /// A figure without a target.
    void figure(const std::string& what, double measured, const std::string& unit);
    /// A line of plain text: what was not measured, and why.
    void note(const std::string& text);

  private:
    void add(const std::string& what, double measured, const std::string& unit,
             const std::string& target, const std::string& verdict);
    std::string path_;
    std::string csv_;
};

/// Largest resident set of this process so far, in MiB.
double peak_memory_mib();

}  // namespace resdyn::bench
