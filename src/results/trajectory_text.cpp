#include "trajectory_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include <resdyn/settling/settle.hpp>

namespace resdyn {

namespace {

/// Where a run ended, for people.
std::string ending(const Simulation& run, double settle_tol) {
    if (run.starts_at && !run.rest) {
        return fmt::format(
            "starts at the equilibrium {} ({}, {:.1e} away), where nothing moves but by rounding; "
            "start beside it to see it leave",
            to_string(run.starts_at->pattern), to_string(run.starts_at->type), run.start_distance);
    }
    if (run.rest) {
        return fmt::format("{} at {} ({}, {})", run.starts_at ? "starts settled" : "settled",
                           to_string(run.rest->pattern), to_string(run.rest->type),
                           run.rest->proved ? "proved" : "verified in double precision");
    }
    if (run.limit) {
        return fmt::format(
            "on its way to {}, which attracts every start ({}), proved by {}; not there yet: "
            "|y - y*| = {:.3g} at t = {:.6g}",
            to_string(run.limit->equilibrium.pattern), to_string(run.limit->equilibrium.type),
            run.limit->proof, run.limit_distance, run.t.back());
    }
    if (run.outcome == Outcome::NonFinite || run.outcome == Outcome::StepUnderflow) {
        return fmt::format(
            "diverged at t = {:.6g} ({}): try a shorter --t-end, a smaller start or --step, or a "
            "bounded --activation (logistic, tanh), whose residuals stay in a cube",
            run.t.back(), to_string(run.outcome));
    }
    const bool slow = run.final_speed <= SettleOptions{}.slow_speed;
    return fmt::format(
        "{} at t = {:.6g}: {}no verified attracting equilibrium within {:.0e} of the end",
        slow ? "slow" : "unsettled", run.t.back(), slow ? "hardly moving, but " : "", settle_tol);
}

}  // namespace

std::string summary(const TrajectoryStudy& study, double settle_tol) {
    std::string text;
    const std::vector<Simulation>& runs = study.runs;
    constexpr std::size_t most_told = 40;
    for (std::size_t k = 0; k < std::min(runs.size(), most_told); ++k) {
        const Simulation& run = runs[k];
        text += fmt::format("{}{}\n", runs.size() > 1 ? fmt::format("start {}: ", k) : "",
                            ending(run, settle_tol));
        text += fmt::format(
            "  outcome: {}, {} samples to t = {:.6g}, {} steps, {} rejected, final speed {:.3e}\n",
            to_string(run.outcome), run.t.size(), run.t.back(), run.steps, run.rejected,
            run.final_speed);
    }
    if (runs.size() > most_told) {
        text += fmt::format("{} more in results.json\n", runs.size() - most_told);
    }
    return text;
}

}  // namespace resdyn
