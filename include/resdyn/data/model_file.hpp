/// @file
/// A residual network or a perceptron as a safetensors file.
///
/// Tensors: `W` (N×N) or `B` (M×N) and `A` (N×M), and `b`; by layer `W.0`, `b.0`, `W.1`, … ;
/// read-out `V` (C×N) and `c` (C); input layer `U` (N×D) and `e` (N), where there is one.
/// Row-major, as NumPy and PyTorch write them. Biases that are absent are zero. Metadata:
/// `kind` (`residual`, the default, or `perceptron`), `activation`, `depth` and, of a residual
/// network, `step`; any other keys are kept (provenance). Types narrower than float32 and integers
/// are widened exactly (safetensors.hpp), which a note says. Tensors of other names are no matter,
/// and a note names them.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <resdyn/formats/safetensors.hpp>
#include <resdyn/model/network.hpp>

namespace resdyn {

struct ModelFile {
    Network network;
    std::map<std::string, std::string> metadata;  ///< as read; what the network holds is rewritten.
    TensorType type = TensorType::F64;            ///< of the widest tensor; of all when written.
    std::string stored = {};                      ///< types in the file: "BF16", "F32, F64".
    std::vector<std::string> notes = {};          ///< what was noticed in reading, a sentence each.
};

/// What takes the place of a file's metadata, or supplies what it lacks.
struct ModelOverrides {
    std::optional<Activation> activation = {};
    std::optional<double> step = {};  ///< of a residual network, > 0.
    std::optional<Index> depth = {};  ///< layers, >= 1; own weights by layer: as many as there are.
};

/// Reads a model of either kind; every tensor that belongs to it is checked for shape and finite
/// values. A tensor of a network's name that this network has no place for (W.3 of three layers) is
/// refused, since it hints at another network than was read. Throws InputError with one line: file
/// and tensor or key, what was expected, what was got.
ModelFile load_model(const std::filesystem::path& path, const ModelOverrides& overrides = {});

/// The same of a file's content; `where` names it.
ModelFile read_model(const Safetensors& content, const std::string& where,
                     const ModelOverrides& overrides = {});

/// load_model, where only a residual network makes sense; throws InputError if it is a perceptron.
ResidualNetwork load_residual_network(const std::filesystem::path& path);

/// The file's bytes: the same model gives the same bytes. Throws std::invalid_argument if the
/// network is not whole.
std::string format_model(const ModelFile& model);

/// format_model, written atomically (see write_file_atomically).
void save_model(const std::filesystem::path& path, const ModelFile& model);

}  // namespace resdyn
