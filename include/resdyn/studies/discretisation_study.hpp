/// @file
/// Is a network an ODE? (`resdyn discretisation`): the network with its step halved again and again
/// against the flow through its layers, on inputs, and a verdict by a rule fixed beforehand.
///
/// Parts: transient/discretisation.hpp, flow_fidelity.hpp, step_split.hpp, each with its method,
/// what it can miss and its reference. Shared weights and weights that differ by layer.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/transient/flow_fidelity.hpp>
#include <resdyn/transient/step_split.hpp>

namespace resdyn {

struct DiscretisationStudyOptions {
    Index samples = 500;     ///< inputs followed at most, each class with its share; >= 1.
    Index halvings = 6;      ///< of the step; 1 … 12.
    double rel_tol = 1e-10;  ///< of the flow, relative error a step; > 0.
    double abs_tol = 1e-12;  ///< likewise, absolute; > 0.
    std::uint64_t seed = 1;  ///< of the draw of inputs.
    int threads = 0;
    /// Called before each part with its name; may be empty.
    std::function<void(const std::string&)> on_part{};
};

struct DiscretisationStudy {
    bool has_data = false;       ///< else the inputs are independent standard normal numbers.
    std::vector<Index> samples;  ///< which samples of the data's source; without data 0, 1, ….
    DiscretisationReport flow;
    FlowFidelity fidelity;
    StepSplit split;                 ///< on the same inputs: how much the weights and fields vary.
    std::vector<std::string> notes;  ///< what could not be said, and why.
};

/// `data`: may be null. Throws std::invalid_argument for options out of range or data that do not
/// fit.
DiscretisationStudy study_discretisation(const ResidualNetwork& network, const Dataset* data,
                                         const DiscretisationStudyOptions& options = {});

}  // namespace resdyn
