/// @file
/// A residual network or a perceptron as a safetensors file.
///
/// Tensors: `W` (N×N) or `B` (M×N) and `A` (N×M), and `b`; by layer `W.0`, `b.0`, `W.1`, … ;
/// read-out `V` (C×N) and `c` (C); input layer `U` (N×D) and `e` (N), where there is one.
/// Row-major, as NumPy and PyTorch write them. Biases that are absent are zero. Metadata:
/// `kind` (`residual`, the default, or `perceptron`), `activation`, `depth` and, of a residual
/// network, `step`, all as text; any other keys are kept (provenance).
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <resdyn/io/safetensors.hpp>
#include <resdyn/model/network.hpp>

namespace resdyn {

struct ModelFile {
    Network network;
    std::map<std::string, std::string> metadata;  ///< as read; what the network holds is rewritten.
    TensorType type = TensorType::F64;            ///< of the widest tensor; of all when written.
};

/// Reads a model of either kind; every tensor is checked for shape and finite values, every
/// tensor's name known. Throws InputError with one line: file and tensor or key, what was expected,
/// what was got.
ModelFile load_model(const std::filesystem::path& path);

/// The same, where only a residual network makes sense; throws InputError if it is a perceptron.
ResidualNetwork load_residual_network(const std::filesystem::path& path);

/// The file's bytes: the same model gives the same bytes. Throws std::invalid_argument if the
/// network is not whole.
std::string format_model(const ModelFile& model);

/// format_model, written atomically (see write_file_atomically).
void save_model(const std::filesystem::path& path, const ModelFile& model);

}  // namespace resdyn
