/// @file
/// A network of either kind and labelled data to run it on: the input of `transient` and `perturb`.
#pragma once

#include <string>

#include <resdyn/io/load_dataset.hpp>
#include <resdyn/model/network.hpp>

#include "cli11.hpp"
#include "common.hpp"

namespace resdyn::cli {

struct LabelledOptions {
    std::string model;
    std::string data;
    Index samples = 0;
};

/// MODEL, --data, --samples.
void add_labelled_options(CLI::App& verb, LabelledOptions& options);

struct Labelled {
    std::string model_name;
    Network network;
    Dataset data;
    Provenance provenance;
    std::vector<std::string> warnings;  ///< class_remarks: for results.json, and to `warn` of.
};

/// Throws InputError, one line, for a model without a read-out, data that do not fit it, or fewer
/// samples than classes.
Labelled load_labelled(const LabelledOptions& options, const CommonOptions& common);

/// "residual network, logistic, N = 784, L = 10, h = 0.3, shared weights".
std::string describe(const Network& network);

/// Says these on the standard error stream. To be called when nothing can be refused any more: a
/// refusal is one line.
void warn(const std::vector<std::string>& warnings);

/// Throws InputError, one line, if they do not fit the network.
void check_data(const Network& network, const Dataset& data);

}  // namespace resdyn::cli
