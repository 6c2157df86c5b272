#include <resdyn/studies/layer_branches.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/model/residual_system.hpp>

#include "core/stratified_sample.hpp"
#include "numerics/exact_rational.hpp"

namespace resdyn {

namespace {

void check(const ResidualNetwork& network, const BranchStudyOptions& options) {
    require_bounded("bifurcations", network.activation);
    if (network.has_shared_weights() || network.depth < 2) {
        reject_argument(
            "layers", "weights that differ by layer",
            network.has_shared_weights() ? "weights shared by all layers" : "one layer");
    }
    if (network.block(0).A) {
        reject_argument("layers", "one matrix a layer",
                        "two: their hidden units have no identity from layer to layer");
    }
    if (options.continuation) {
        reject_argument("continuation", "a path of weights", "the layers of a network");
    }
}

bool equal_blocks(const ResidualBlock& a, const ResidualBlock& b) {
    return (a.W.array() == b.W.array()).all();
}

/// Places of one piece, from 0 to 1, as places of the depth: brackets still hold their roots.
void shift(BranchStudy& piece, Index layer) {
    const auto n = static_cast<double>(layer);
    const auto outward = [n](double value, double towards) {
        return std::nextafter(n + value, towards);
    };
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (Bifurcation& event : piece.diagram.events) {
        event.alpha += n;
        const bool is_exact = event.lower == event.upper && layer == 0;
        event.lower = is_exact ? event.lower : outward(event.lower, -infinity);
        event.upper = is_exact ? event.upper : outward(event.upper, infinity);
        if (!event.exact.empty()) {
            event.exact = exact::to_string(exact::Rational(exact::Rational(event.exact) + layer));
        }
    }
    for (EquilibriumBranch& branch : piece.diagram.branches) {
        branch.from += n;
        branch.to += n;
        for (BranchSegment& segment : branch.segments) {
            segment.from += n;
            segment.to += n;
            segment.sample += n;
        }
    }
    for (std::vector<BranchPoint>& rows : piece.rows) {
        for (BranchPoint& row : rows) {
            row.alpha += n;
        }
    }
    for (CloseSegment& segment : piece.margins.close) {
        segment.alpha += n;
    }
}

template <typename T>
void append(std::vector<T>& to, std::vector<T>& more) {
    std::move(more.begin(), more.end(), std::back_inserter(to));
}

/// `piece` behind what is there, in places of the depth.
void join(BranchStudy& whole, BranchStudy piece, bool is_first) {
    BifurcationDiagram& diagram = whole.diagram;
    for (ContinuumExtent& extent : piece.continua) {
        extent.event += diagram.events.size();
    }
    append(whole.continua, piece.continua);
    append(diagram.events, piece.diagram.events);
    append(diagram.branches, piece.diagram.branches);
    append(whole.rows, piece.rows);
    for (const Pattern& pattern : piece.diagram.permanent_continua) {
        if (std::find(diagram.permanent_continua.begin(), diagram.permanent_continua.end(),
                      pattern) == diagram.permanent_continua.end()) {
            diagram.permanent_continua.push_back(pattern);
        }
    }
    diagram.complete = (is_first || diagram.complete) && piece.diagram.complete;
    diagram.undecided_branches += piece.diagram.undecided_branches;
    PathMargins& margins = whole.margins;
    if (is_first) {
        margins = piece.margins;
        diagram.scope = piece.diagram.scope;
        return;
    }
    margins.smallest = std::min(margins.smallest, piece.margins.smallest);
    margins.verdicts += piece.margins.verdicts;
    margins.rounded_weights += piece.margins.rounded_weights;
    append(margins.close, piece.margins.close);
}

LayerResiduals residuals_of(const ResidualNetwork& network, const Dataset& data, Index shown,
                            std::uint64_t seed) {
    const std::vector<Index> drawn = stratified_sample(data.labels, shown, seed);
    LayerResiduals result;
    result.labels = data.labels(drawn);
    for (const Index column : drawn) {
        result.samples.push_back(data.source_of(column));
    }
    const Eigen::MatrixXf inputs = data.inputs(Eigen::all, drawn);
    result.y = run_layers(network, initial_activity(network, inputs.cast<double>())).y;
    return result;
}

}  // namespace

LayerBranches study_layer_branches(const ResidualNetwork& network, const Dataset* data,
                                   const BranchStudyOptions& options, Index shown,
                                   std::uint64_t seed) {
    validate(network);
    check(network, options);
    if (data != nullptr && data->width() != network.input_width()) {
        reject_argument(data->name, fmt::format("samples of width {}", network.input_width()),
                        fmt::format("{}", data->width()));
    }
    const auto pieces = static_cast<double>(network.depth - 1);
    LayerBranches result;
    Index equal = 0;
    bool is_first = true;
    for (Index n = 0; n + 1 < network.depth; ++n) {
        if (equal_blocks(network.block(n), network.block(n + 1))) {
            ++equal;
            continue;
        }
        BranchStudyOptions with = options;
        with.bifurcation.from = 0.0;
        with.bifurcation.to = 1.0;
        with.on_part = [&options, n, pieces](std::string_view part, double done) {
            if (options.on_part) {
                options.on_part(part, (static_cast<double>(n) + done) / pieces);
            }
        };
        BranchStudy piece = study_branches(path_between(frozen_residual_system(network, n),
                                                        frozen_residual_system(network, n + 1)),
                                           with);
        shift(piece, n);
        join(result.study, std::move(piece), is_first);
        is_first = false;
    }
    if (equal == network.depth - 1) {
        reject_argument("layers", "weights that differ by layer", "layers that are all equal");
    }
    if (equal > 0) {
        result.study.diagram.scope += fmt::format(
            "; {} pieces between equal layers, on which nothing changes, left out", equal);
    }
    if (data != nullptr) {
        result.residuals = residuals_of(network, *data, shown, seed);
    }
    return result;
}

}  // namespace resdyn
