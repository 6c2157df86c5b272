/// @file
/// Everything that `resdyn transient` says of one network on labelled data, from one sweep of the
/// samples and a seeded sample of them for what is dearer.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/noise/filter.hpp>
#include <resdyn/noise/ftle.hpp>
#include <resdyn/transient/decision.hpp>
#include <resdyn/transient/regime.hpp>
#include <resdyn/transient/separability.hpp>
#include <resdyn/transient/steady_features.hpp>

namespace resdyn {

struct LayerStudyOptions {
    std::uint64_t seed = 1;  ///< of every sample drawn.
    Index sample = 100;      ///< inputs followed to rest and with a ledger in double, >= 1.
    SeparabilityOptions separability{};
    RegimeOptions regime{};
    FilterOptions filter{};
    SteadyFeatureOptions steady{};
    FtleOptions ftle{};
    int threads = 0;
    /// Called before each part with its name; may be empty.
    std::function<void(const std::string&)> on_part{};
};

struct LayerStudy {
    DecisionReport decision;
    SeparabilityReport separability;
    /// On the sample, in double; residual networks.
    std::optional<EvidenceLedger> ledger;
    /// On the sample; residual networks of shared weights and a bounded activation.
    std::optional<RegimeReport> regime;
    /// Of the largest groups that settled, at most 12; where units are input components.
    std::optional<SteadyFeatureReport> steady;
    Matrix steady_states;  ///< D×G of those groups.
    FilterReport filter;
    std::optional<FtleField> ftle;   ///< inputs of width 2.
    std::vector<Index> sample;       ///< columns of the data, increasing.
    std::vector<std::string> notes;  ///< what was not computed, and why.
    double sweep_seconds = 0.0;      ///< forward pass and decisions, separability apart.
};

/// Throws std::invalid_argument (InputError for data that do not fit) before any work.
LayerStudy study_layers(const Network& network, const Dataset& data,
                        const LayerStudyOptions& options = {});

}  // namespace resdyn
