#include <resdyn/accounts/trajectory_account.hpp>

#include <algorithm>

#include <resdyn/figures/figures.hpp>
#include <resdyn/results/tables.hpp>

#include "words.hpp"

namespace resdyn {

namespace {

/// The run that is drawn, and beside a flow its network's layers from the same start.
figures::TrajectoryView view_of(const Simulation& run, const std::optional<Simulation>& layers,
                                Activation activation, Clock clock) {
    figures::TrajectoryView view;
    view.range = levels(activation);
    if (clock == Clock::Map) {
        view.layer_t = run.t;
        view.layer_y = run.y;
        return view;
    }
    view.t = run.t;
    view.y = run.y;
    if (layers) {
        view.layer_t = layers->t;
        view.layer_y = layers->y;
    }
    return view;
}

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

void tell_runs(Words& say, const std::vector<Simulation>& runs, double settle_tol) {
    constexpr std::size_t most_printed = 40;
    for (std::size_t k = 0; k < std::min(runs.size(), most_printed); ++k) {
        const Simulation& run = runs[k];
        say("{}{}\n", runs.size() > 1 ? fmt::format("start {}: ", k) : "", ending(run, settle_tol));
        say("  outcome: {}, {} samples to t = {:.6g}, {} steps, {} rejected, final speed {:.3e}\n",
            to_string(run.outcome), run.t.size(), run.t.back(), run.steps, run.rejected,
            run.final_speed);
    }
    if (runs.size() > most_printed) {
        say("{} more in results.json\n", runs.size() - most_printed);
    }
}

}  // namespace

Account account_of(const TrajectoryStudy& study, Activation activation, const Matrix& starts,
                   const SimulationOptions& options, const std::string& start) {
    std::vector<figures::TrajectoryView> views;
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (std::size_t k = 0; k < study.runs.size(); ++k) {
        const Vector from = starts.col(static_cast<Index>(k));
        views.push_back(view_of(study.runs[k], study.layers[k], activation, options.clock));
        list.push_back(to_json(study.runs[k]));
        list.back()["from"] = std::vector<double>(from.begin(), from.end());
    }
    Account account;
    account.json = to_json(study.runs.front());
    account.json["clock"] = to_string(options.clock);
    account.json["start"] = start;
    account.json["runs"] = std::move(list);
    account.tables.emplace_back("trajectory.csv", simulation_table(study.runs));
    account.figures = figures::trajectory_figures(views);
    Words say;
    tell_runs(say, study.runs, options.settle_tol);
    account.words = std::move(say).text();
    account.sound = study.finite();
    return account;
}

}  // namespace resdyn
