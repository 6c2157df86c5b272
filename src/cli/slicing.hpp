/// @file
/// Which plane a portrait or a basin map is drawn on: the options of `portrait` and `basins`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <resdyn/data/load_dataset.hpp>
#include <resdyn/portrait/slice.hpp>

#include "cli11.hpp"
#include "common.hpp"
#include "source.hpp"

namespace resdyn::cli {

struct SlicingOptions {
    std::string coordinates = "y";
    std::vector<Index> units;          ///< --units i,j.
    std::string at;                    ///< --at PATTERN: others held there.
    std::string held;                  ///< --held numbers or file.
    std::optional<Index> at_sample;    ///< --at-sample k: others held at its residual; leaf too.
    std::vector<std::string> through;  ///< --through three patterns.
    bool principal = false;
    bool leaf = false;
    std::vector<double> window;  ///< left, right, bottom, top.
    std::string data;
    Index samples = 0;
    bool projections = false;  ///< the plane taken when none is named may be one the flow leaves.
};

/// --coordinates, --units, --at, --held, --at-sample, --through, --principal, --leaf, --window,
/// --data, --samples.
void add_slicing_options(CLI::App& verb, SlicingOptions& options);

/// A plane, what it lies in, and the data that came along.
struct Plane {
    StateSpace space;
    Slice slice;
    std::vector<Equilibrium> known;  ///< equilibria named or found on the way.
    Matrix starts;                   ///< of the data, in the trajectories' variable; may be n×0.
    Eigen::VectorXi labels;          ///< their classes.
    Index classes = 0;
    std::string data_name;
    std::vector<Index> samples;  ///< of the data, by column of starts; increasing.
};

/// Throws InputError or std::invalid_argument, one line, for options that contradict each other or
/// do not fit the network. `source.inputs` gains the files read.
Plane plane_of(const SlicingOptions& options, Source& source, const CommonOptions& common);

}  // namespace resdyn::cli
