/// @file
/// A network of either kind and labelled data to run it on: the input of `transient` and `perturb`.
#pragma once

#include <optional>
#include <string>

#include <resdyn/data/load_dataset.hpp>
#include <resdyn/data/model_file.hpp>
#include <resdyn/model/network.hpp>

#include "accounts/account.hpp"
#include "command_line.hpp"
#include "common.hpp"

namespace resdyn::cli {

struct LabelledOptions {
    std::string model;
    std::string data;
    Index samples = 0;
    DataFormat format;
    std::string activation;  ///< in place of the file's; so are step and depth.
    std::optional<double> step;
    std::optional<Index> depth;
};

/// MODEL, --data, --samples, how to read the data, and what takes the place of the file's metadata
/// (`twins`: and that of networks that the verb trains).
void add_labelled_options(App& verb, LabelledOptions& options, bool twins = false);

/// What the options put in place of a file's metadata.
ModelOverrides overrides_of(const LabelledOptions& options);

/// The model that the options name, changed as they say. Throws InputError, one line, where none is
/// named, there are no --data, or it is no model or has no read-out.
ModelFile load_labelled_model(const LabelledOptions& options);

struct Labelled {
    std::string model_name;
    Network network;
    Dataset data;
    Provenance provenance;
};

/// Throws InputError, one line, for a model without a read-out, data that do not fit it, or fewer
/// samples than classes.
Labelled load_labelled(const LabelledOptions& options, const CommonOptions& common);

/// Throws InputError, one line, if they do not fit the network.
void check_data(const Network& network, const Dataset& data);

}  // namespace resdyn::cli
