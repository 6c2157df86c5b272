/// @file
/// Where a verb's network comes from: a model file, a bare matrix, or a named test system; and the
/// data that go with it.
#pragma once

#include <optional>
#include <string>

#include <resdyn/data/load_dataset.hpp>
#include <resdyn/data/trained_on.hpp>
#include <resdyn/equilibria/pattern.hpp>
#include <resdyn/model/residual_network.hpp>
#include <resdyn/model/residual_system.hpp>

#include "accounts/account.hpp"
#include "command_line.hpp"
#include "common.hpp"
#include "inputs.hpp"

namespace resdyn::cli {

/// MODEL | --weights | --system, with --activation, --bias, --step, --depth and --layer; a MODEL
/// that is a matrix is taken for --weights.
struct SourceOptions {
    std::string model;
    std::string weights;
    std::string bias;
    std::string system;
    std::string activation;
    std::optional<double> step;
    std::optional<Index> depth;
    std::optional<Index> layer;  ///< this one alone, frozen.
    DataFormat format;           ///< of the matrix and of data.
    bool own_weights = false;    ///< the verb takes weights that differ by layer.
};

void add_source_options(App& verb, SourceOptions& options);

struct Source {
    ResidualNetwork network;
    std::string name;                 ///< for people: the file or the system.
    Inputs inputs;                    ///< files read, for provenance.
    bool is_default = false;          ///< nothing was named: winner-takes-all.
    bool is_model = false;            ///< a model file, not a matrix or a test system.
    TrainedOn trained_on;             ///< what the model file says of its data.
    DataFormat format;                ///< how data are to be read.
    std::optional<Index> layer = {};  ///< `network` is this layer of `whole`, frozen.
    ResidualNetwork whole = {};       ///< as it was read; only with `layer`.
};

/// Throws InputError (bad files or values) or std::invalid_argument (contradicting options).
Source load_source(const SourceOptions& options, const CommonOptions& common);

/// The line that says what a verb looks at: "W.csv: N = 3, tanh, h = 0.1".
std::string source_line(const Source& source, const ResidualSystem& system);
void print_source(const Source& source, const ResidualSystem& system);

/// Data for the network of `source`: read in its format, numbered as its classes are; the files and
/// what was noticed go to its inputs. For a frozen layer they are what the layers before it make of
/// them.
LoadedDataset load_data(const std::string& data, Source& source, LoadOptions options);

/// The pattern of `size` letters given as `option`, which a refusal names. Throws InputError.
Pattern pattern_of_option(const std::string& option, const std::string& word, Index size);

/// Throws InputError if `text`, given as `option`, is neither numbers nor a path where something
/// is.
void need_numbers_or_file(const std::string& text, const std::string& option, bool is_numbers);

/// Numbers given on the command line, "0.3,0.7", or the name of a file that holds them.
Vector numbers_or_file(const std::string& text, const std::string& option, Inputs& inputs);

}  // namespace resdyn::cli
