/// @file
/// A state dict as a model of this library (`resdyn import`): its tensors by their roles
/// (tensor_roles.hpp), and what tensors cannot tell, as it is said.
///
/// A bias a_n of a second matrix, x_{n+1} = x_n + h (A_n f(B_n x_n + b_n) + a_n), has no place in
/// the blocks of this library. With s_n = h Σ_{m<n} a_m and x̃_n = x_n − s_n the pre-activations
/// are B_n x̃_n + (b_n + B_n s_n) and the logits V x̃_L + (c + V s_L): the same u, y and logits, of
/// a network without a. So it is taken into b_n and c. Of shared weights the biases b then differ
/// by layer: such a bias is a drift, and the weights count as own. Both networks are run on
/// standard normal inputs; how far their logits are apart is part of the result.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <resdyn/data/model_file.hpp>
#include <resdyn/data/tensor_roles.hpp>

namespace resdyn {

struct ImportOptions {
    std::optional<Activation> activation = {};  ///< in place of the metadata's; one must say it.
    std::optional<double> step = {};            ///< h, > 0; of neither this nor metadata: 1.
    std::optional<Index> depth = {};            ///< of shared weights one must say it.
    std::optional<NetworkKind> kind = {};       ///< of neither this nor metadata: residual.
    bool guess = true;  ///< false: only what was said, and tensors named as their roles.
    SaidRoles said = {};
};

struct ImportedModel {
    TensorRoles roles;
    /// Absent where `roles` has trouble.
    std::optional<ModelFile> model = {};
    /// Second biases taken into the others: over standard normal inputs the largest difference of
    /// logits (of x_L without a read-out) between the network with them and the model, over the
    /// largest logit. Absent: there were none, or all were 0.
    std::optional<double> gap_of_second_biases = {};
};

/// Throws InputError for a file that is no safetensors file, roles that are said of what is not
/// there, metadata that are missing or wrong, and tensors that do not fit together. What is
/// ambiguous is no exception: the roles say so.
ImportedModel import_model(const std::filesystem::path& path, const ImportOptions& options = {});

/// The same of a file's content; `where` names it.
ImportedModel import_model(const Safetensors& content, const std::string& where,
                           const ImportOptions& options = {});

}  // namespace resdyn
