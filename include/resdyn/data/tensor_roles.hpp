/// @file
/// What the tensors of a state dict are to a residual network: roles guessed by shapes and names.
///
/// PyTorch names a tensor by the path of its module: `blocks.3.fc1.weight` is (out × in), as W is
/// here. Roles are the names of doc/formats.md: W, or B and A, with b; V and c; U and e; by layer
/// W.0, W.1, …. Beside them `a`, the bias of a second matrix, x ← x + h (A f(B x + b) + a), which
/// import_model takes into the other biases; and `-`, left out.
///
/// Method: matrices of one shape whose names differ in one number are the layers of one matrix.
/// Every assignment of roles to these groups whose shapes fit one network is formed, then those are
/// dropped that contradict a name (`readout`, `embed`, `fc1` before `fc2`, numbers in their order).
/// What is left must be one; of more, or of none, nothing is taken and `trouble` says why.
/// What it can miss: shapes and names cannot tell what the code does between the tensors (another
/// activation, a normalisation without parameters, layers in another order).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <resdyn/core/types.hpp>

namespace resdyn {

/// A tensor as a state dict lists it.
struct NamedTensor {
    std::string name;
    std::vector<Index> shape = {};
    std::string stored = {};  ///< its type in the file: "BF16".
};

/// What was said of tensors: a name and a role. A `*` in a name stands for a whole number, and in
/// the role for the same one: "blocks.*.fc.weight", "W.*".
using SaidRoles = std::vector<std::pair<std::string, std::string>>;

struct TensorRole {
    NamedTensor tensor;
    /// "W.3"; "-": left out because it was said; empty: none was found. Layers are numbered 0, 1, …
    /// in the order of the names' numbers.
    std::string role = {};
    std::string reason = {};  ///< why, or what it could be: "said", "shape", "name readout", ….
};

struct TensorRoles {
    std::vector<TensorRole> tensors;  ///< in the order of the names, numbers by their size.
    std::string trouble = {};         ///< why nothing is taken, one line; empty: all have a role.
};

/// Lines "NAME ROLE"; empty lines and what follows a `#` are skipped. Throws InputError naming
/// `where` and the line for another form, or a role that there is not.
SaidRoles parse_roles(std::string_view text, std::string_view where);

/// Roles of all tensors. What is said goes before what is guessed; a tensor that has the name of a
/// role means itself. Throws InputError where a said name is none of the tensors'.
TensorRoles tensor_roles(const std::vector<NamedTensor>& tensors, const SaidRoles& said = {});

}  // namespace resdyn
