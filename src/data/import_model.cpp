#include <resdyn/data/import_model.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

#include "formats/input_file.hpp"
#include "formats/sha256.hpp"

namespace resdyn {

namespace {

/// Biases of second matrices, one a block.
using SecondBiases = std::vector<Vector>;

std::vector<NamedTensor> tensors_of(const Safetensors& content) {
    std::vector<NamedTensor> tensors;
    for (const auto& [name, tensor] : content.tensors) {
        tensors.push_back({name, tensor.shape, tensor.stored});
    }
    for (const auto& [name, what] : content.unread) {
        tensors.push_back({name, {}, what});  // its shape is in the text
    }
    return tensors;
}

/// Nothing may be guessed: whoever has no role is named.
void keep_said(TensorRoles& roles) {
    for (TensorRole& row : roles.tensors) {
        if (row.reason == "said" || row.reason == "its own name") {
            continue;
        }
        if (roles.trouble.empty()) {
            roles.trouble = fmt::format(
                "tensors W, b, V, c, … or what they are, got {}; --map guesses the roles",
                row.tensor.name);
        }
        row.role.clear();
        row.reason = "not said";
    }
}

/// Takes the tensors a, a.0, … out of `content`; empty where there are none.
std::map<std::string, Vector> take_second_biases(Safetensors& content) {
    std::map<std::string, Vector> biases;
    std::erase_if(content.tensors, [&](const auto& item) {
        const auto& [role, tensor] = item;
        const bool is_one = role == "a" || role.starts_with("a.");
        if (is_one) {
            biases[role.substr(1)] = Eigen::Map<const Vector>(
                tensor.values.data(), static_cast<Index>(tensor.values.size()));
        }
        return is_one;
    });
    return biases;
}

/// One a block, 0 where there is none.
SecondBiases by_block(const std::map<std::string, Vector>& biases, const ResidualNetwork& network,
                      const std::string& where) {
    SecondBiases all(network.blocks.size(), Vector::Zero(network.width()));
    for (const auto& [suffix, bias] : biases) {
        const std::size_t block =
            suffix.empty() ? 0 : static_cast<std::size_t>(std::stol(suffix.substr(1)));
        if (suffix.empty() != network.has_shared_weights() && network.depth > 1) {
            reject_input(where, "second biases by layer where the matrices are", "others");
        }
        if (block >= all.size() || bias.size() != network.width() || !network.blocks[block].A) {
            reject_input(
                where,
                fmt::format("a{} of {} numbers beside a second matrix", suffix, network.width()),
                fmt::format("{}", bias.size()));
        }
        if (!bias.allFinite()) {
            reject_input(where, fmt::format("finite numbers in a{}", suffix), "NaN or infinity");
        }
        all[block] = bias;
    }
    return all;
}

/// V x + c, or x.
Matrix outputs(const ResidualNetwork& network, const Matrix& x) {
    return network.has_readout() ? Matrix(network.readout(x)) : x;
}

Matrix outputs_with(const ResidualNetwork& network, const SecondBiases& biases, Matrix x) {
    for (Index n = 0; n < network.depth; ++n) {
        const ResidualBlock& block = network.block(n);
        const Vector& a = biases[network.has_shared_weights() ? 0 : static_cast<std::size_t>(n)];
        const Matrix u = (block.W * x).colwise() + block.b;
        const Matrix step = *block.A * activate(network.activation, u);
        x += network.step * (step.colwise() + a);
    }
    return outputs(network, x);
}

ResidualNetwork without_second_biases(const ResidualNetwork& network, const SecondBiases& biases) {
    ResidualNetwork result = network;
    result.blocks.clear();
    Vector shift = Vector::Zero(network.width());
    for (Index n = 0; n < network.depth; ++n) {
        ResidualBlock block = network.block(n);
        block.b += block.W * shift;
        result.blocks.push_back(std::move(block));
        shift +=
            network.step * biases[network.has_shared_weights() ? 0 : static_cast<std::size_t>(n)];
    }
    if (result.has_readout()) {
        result.readout.v += result.readout.M * shift;
    }
    return result;
}

/// Takes second biases into the others.
void fold(ImportedModel& imported, const std::map<std::string, Vector>& biases,
          const std::string& where) {
    auto* network = std::get_if<ResidualNetwork>(&imported.model->network);
    if (network == nullptr) {
        reject_input(where, "no second bias in a perceptron", "one");
    }
    const SecondBiases by = by_block(biases, *network, where);
    std::vector<std::string>& notes = imported.model->notes;
    if (std::all_of(by.begin(), by.end(), [](const Vector& a) { return a.isZero(0.0); })) {
        notes.push_back(where + ": all biases of second matrices are 0.");
        return;
    }
    if (!network->has_readout()) {
        reject_input(where, "a read-out beside biases of second matrices, which shift x_L", "none");
    }
    constexpr Index inputs = 16;
    const Matrix x0 =
        initial_activity(*network, Random(1, 0).normal_matrix(network->input_width(), inputs, 1.0));
    const Matrix with = outputs_with(*network, by, x0);
    const bool was_shared = network->has_shared_weights();
    *network = without_second_biases(*network, by);
    imported.model->type = TensorType::F64;
    const Matrix without = outputs(*network, run_layers(*network, x0).x.back());
    imported.gap_of_second_biases =
        (with - without).cwiseAbs().maxCoeff() / std::max(with.cwiseAbs().maxCoeff(), 1e-300);
    notes.push_back(fmt::format(
        "{}: biases of second matrices were taken into b and c: same residuals and logits, x less "
        "their sum{}.",
        where,
        was_shared && network->depth > 1 ? "; by it the shared weights have biases that differ by "
                                           "layer"
                                         : ""));
}

}  // namespace

ImportedModel import_model(const Safetensors& content, const std::string& where,
                           const ImportOptions& options) {
    ImportedModel imported;
    imported.roles = tensor_roles(tensors_of(content), options.said);
    if (!options.guess) {
        keep_said(imported.roles);
    }
    if (!imported.roles.trouble.empty()) {
        return imported;
    }
    Safetensors named;
    named.metadata = content.metadata;
    std::vector<std::string> dropped;
    Index layers = 0;
    for (const TensorRole& row : imported.roles.tensors) {
        const std::string& name = row.tensor.name;
        if (row.role == "-") {
            dropped.push_back(name);
        } else if (const auto found = content.tensors.find(name); found != content.tensors.end()) {
            named.tensors[row.role] = found->second;
            const bool counts = row.role.starts_with("W.") || row.role.starts_with("B.");
            layers += counts ? 1 : 0;
        } else {
            named.unread[row.role] = content.unread.at(name);
        }
    }
    if (options.kind) {
        named.metadata["kind"] = to_string(*options.kind);
    }
    if (!named.metadata.contains("step")) {
        named.metadata["step"] = "1";
    }
    if (layers > 0 && options.depth && *options.depth != layers) {
        reject_input(where + ", depth", fmt::format("{}, one for each layer's weights", layers),
                     fmt::format("{}", *options.depth));
    }
    if (layers == 0 && !options.depth && !named.metadata.contains("depth")) {
        reject_input(where + ", depth", "the number of layers that share these weights, --depth",
                     "none");
    }
    if (layers > 0 && !named.metadata.contains("depth")) {
        named.metadata["depth"] = fmt::format("{}", layers);
    }
    const std::map<std::string, Vector> biases = take_second_biases(named);
    imported.model = read_model(
        named, where,
        {.activation = options.activation, .step = options.step, .depth = options.depth});
    if (!biases.empty()) {
        fold(imported, biases, where);
    }
    if (!dropped.empty()) {
        imported.model->notes.push_back(
            fmt::format("{}: left out, as said: {}.", where, fmt::join(dropped, ", ")));
    }
    return imported;
}

ImportedModel import_model(const std::filesystem::path& path, const ImportOptions& options) {
    const std::string bytes = read_file(path);
    ImportedModel imported =
        import_model(parse_safetensors(bytes, path.string()), path.string(), options);
    if (imported.model) {
        imported.model->metadata["imported_from"] = path.filename().string();
        imported.model->metadata["imported_sha256"] = sha256(bytes);
    }
    return imported;
}

}  // namespace resdyn
