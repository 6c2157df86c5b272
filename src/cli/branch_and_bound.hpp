/// @file
/// What the methods by branch and bound share: the cost predicted and shown first, progress, the
/// work told afterwards.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include <resdyn/core/progress.hpp>
#include <resdyn/stable/branch_and_bound.hpp>

#include "equilibria_methods.hpp"

namespace resdyn::cli {

void print_prediction(const CostPrediction& prediction, double probing_seconds);
void print_work(const SearchWork& work);

/// Predicts by `predict`, says so, and searches by `search`, whose evidence goes to `tree` where a
/// certificate was asked for.
template <typename Predict, typename Search>
auto predicted_search(const EquilibriaTask& task, const Predict& predict, const Search& search,
                      ProofTree& tree) {
    PredictionOptions prediction_options = task.options.prediction;
    prediction_options.seed = task.options.common.seed;
    prediction_options.threads = task.options.common.threads;
    const auto start = std::chrono::steady_clock::now();
    const CostPrediction prediction = predict(task.system, prediction_options);
    if (task.talk) {
        print_prediction(
            prediction,
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    BranchAndBoundOptions options = task.options.bound;
    options.threads = task.options.common.threads;
    options.on_proof = proofs_into(tree, task);
    Progress progress("branch and bound", prediction.nodes,
                      task.talk ? task.options.common.progress() : ProgressMode::Quiet);
    options.on_progress = [&](const SearchWork& work) {
        progress.update(std::min(static_cast<double>(work.nodes), prediction.nodes),
                        fmt::format("{} nodes", work.nodes));
    };
    return std::pair(search(task.system, options), prediction);
}

}  // namespace resdyn::cli
