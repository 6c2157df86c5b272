/// @file
/// The phase portrait of a network: of one unit the line of its residual, of more a plane, chosen
/// where none is named, with what lies on it, and of three the cube as well (`resdyn portrait`).
///
/// Parts: portrait/plane.hpp, portrait/phase_portrait.hpp, portrait/line.hpp, portrait/cube.hpp,
/// each with its method, what it can miss and its reference.
///
/// \code{.cpp}
/// #include <iostream>
///
/// #include <resdyn/studies/portrait.hpp>
///
/// int main() {
///     resdyn::ResidualBlock block;
///     block.W = resdyn::Matrix{{1.0, -2.0}, {-2.0, 1.0}};
///     block.b = resdyn::Vector::Zero(2);
///     resdyn::ResidualNetwork network;
///     network.step = 0.5;
///     network.blocks = {block};
///     const resdyn::PortraitStudy study = resdyn::study_portrait(network);
///     for (const resdyn::PortraitCurve& curve : study.portrait->curves) {
///         std::cout << to_string(curve.curve.kind) << ", " << curve.s.cols() << " points\n";
///     }
///     return study.portrait->complete && study.portrait->equilibria.size() == 4 ? 0 : 1;
/// }
/// \endcode
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/data/dataset.hpp>
#include <resdyn/portrait/cube.hpp>
#include <resdyn/portrait/line.hpp>
#include <resdyn/portrait/phase_portrait.hpp>
#include <resdyn/portrait/plane.hpp>
#include <resdyn/transient/simulation.hpp>

namespace resdyn {

/// Starts a column each, of the size that their variable has.
struct NamedStarts {
    Matrix columns;
    StartVariable variable = StartVariable::Residual;
};

struct PortraitStudyOptions {
    PlaneOptions plane = {};        ///< seed and threads are taken from here below …
    PortraitOptions portrait = {};  ///< … so are these threads …
    CubeOptions cube = {};          ///< … and here, with the portrait's t_end.
    /// Trajectories begin here; empty: at the data, without data evenly spread over the plane.
    std::optional<NamedStarts> starts = {};
    /// Trajectories drawn at most, >= 0; empty: 24 of the data, else 12.
    std::optional<Index> trajectories = {};
    std::optional<Index> layers = {};  ///< of the layer map beside them; empty: the network's.
    std::uint64_t seed = 1;            ///< of draws and searches.
    int threads = 0;
};

struct PortraitStudy {
    Index dimension = 0;
    std::optional<PhaseLine> line;          ///< one unit.
    std::optional<PhasePortrait> portrait;  ///< two or more.
    std::optional<CubePortrait> cube;       ///< three of a bounded activation, drawn in y.
    CubeOptions cube_options;               ///< as used.
    std::vector<std::string> notes;         ///< what the cube leaves out.
};

/// `data`: null for none. Weights must be shared. Throws std::invalid_argument naming the option:
/// for options that contradict each other or do not fit the network, and for any that choose a
/// plane or starts on it where there is one unit.
PortraitStudy study_portrait(const ResidualNetwork& network, const Dataset* data = nullptr,
                             const PortraitStudyOptions& options = {});

}  // namespace resdyn
