#include "trajectory_account.hpp"

#include "figures/figures.hpp"
#include "results/tables.hpp"
#include "results/trajectory_text.hpp"

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
    account.words = summary(study, options.settle_tol);
    account.sound = study.finite();
    return account;
}

}  // namespace resdyn
