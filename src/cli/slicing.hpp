/// @file
/// Which plane a portrait or a basin map is drawn on: the options of `portrait` and `basins`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <resdyn/data/load_dataset.hpp>
#include <resdyn/portrait/plane.hpp>

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

/// What the options say of the plane; seed and threads are the caller's. Throws InputError or
/// std::invalid_argument, one line, for what cannot be read or lacks data. `source.inputs` gains
/// the files read.
PlaneOptions plane_options(const SlicingOptions& options, Source& source);

/// The data that come along; empty where none are named.
std::optional<Dataset> plane_data(const SlicingOptions& options, Source& source,
                                  std::uint64_t seed);

/// The plane that the options name. Throws InputError or std::invalid_argument, one line, for
/// options that contradict each other or do not fit the network. `source.inputs` gains the files
/// read.
Plane plane_of(const SlicingOptions& options, Source& source, const CommonOptions& common);

}  // namespace resdyn::cli
