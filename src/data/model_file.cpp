#include <resdyn/data/model_file.hpp>

#include <fmt/format.h>

#include <set>

#include <resdyn/core/error.hpp>

#include "formats/input_file.hpp"
#include "formats/output_folder.hpp"
#include "tensor_shelf.hpp"

namespace resdyn {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

ResidualBlock read_block(TensorShelf& shelf, const std::string& suffix) {
    ResidualBlock block;
    const bool two_matrices = shelf.has("A" + suffix);
    block.W = shelf.matrix((two_matrices ? "B" : "W") + suffix);
    if (two_matrices) {
        block.A = shelf.matrix("A" + suffix);
    }
    block.b = shelf.bias("b" + suffix, block.W.rows());
    return block;
}

LinearLayer read_layer(TensorShelf& shelf, const std::string& matrix, const std::string& vector) {
    Matrix M = shelf.matrix(matrix);
    Vector v = shelf.bias(vector, M.rows());
    return {std::move(M), std::move(v)};
}

/// What both kinds have.
template <class AnyKind>
void read_frame(TensorShelf& shelf, AnyKind& network) {
    network.activation = shelf.activation();
    network.depth = shelf.depth();
    if (shelf.has("V")) {
        network.readout = read_layer(shelf, "V", "c");
    }
    if (shelf.has("U")) {
        network.input = read_layer(shelf, "U", "e");
    }
}

/// Calls read(suffix) for the shared block, or for that of every layer.
template <class Read>
void read_blocks(const TensorShelf& shelf, Index depth, Read read) {
    if (!shelf.has("W.0") && !shelf.has("A.0")) {
        read("");
        return;
    }
    for (Index n = 0; n < depth; ++n) {
        read(fmt::format(".{}", n));
    }
}

Network read_network(TensorShelf& shelf) {
    const std::string kind = shelf.metadata_or("kind", "residual");
    if (kind == to_string(NetworkKind::Perceptron)) {
        Perceptron perceptron;
        read_frame(shelf, perceptron);
        read_blocks(shelf, perceptron.depth, [&](const std::string& suffix) {
            perceptron.layers.push_back(read_layer(shelf, "W" + suffix, "b" + suffix));
        });
        return perceptron;
    }
    if (kind != to_string(NetworkKind::Residual)) {
        shelf.reject("kind", "residual or perceptron", kind);
    }
    ResidualNetwork residual;
    read_frame(shelf, residual);
    residual.step = shelf.step();
    read_blocks(shelf, residual.depth, [&](const std::string& suffix) {
        residual.blocks.push_back(read_block(shelf, suffix));
    });
    return residual;
}

/// Puts the tensors of a network into a file's content.
class Writer {
  public:
    Writer(Safetensors& content, TensorType type) : content_(content), type_(type) {}

    void matrix(const std::string& name, const Matrix& m) {
        const RowMajor rows = m;
        content_.tensors[name] = {
            type_, {m.rows(), m.cols()}, {rows.data(), rows.data() + rows.size()}};
    }
    void vector(const std::string& name, const Vector& v) {
        content_.tensors[name] = {type_, {v.size()}, {v.data(), v.data() + v.size()}};
    }
    void layer(const std::string& M, const std::string& v, const LinearLayer& layer) {
        matrix(M, layer.M);
        vector(v, layer.v);
    }
    /// What both kinds have.
    template <class AnyKind>
    void frame(const AnyKind& network) {
        content_.metadata["activation"] = to_string(network.activation);
        content_.metadata["depth"] = fmt::format("{}", network.depth);
        if (network.has_readout()) {
            layer("V", "c", network.readout);
        }
        if (network.input) {
            layer("U", "e", *network.input);
        }
    }
    void network(const ResidualNetwork& residual) {
        frame(residual);
        content_.metadata["step"] = fmt::format("{}", residual.step);
        for (std::size_t k = 0; k < residual.blocks.size(); ++k) {
            const ResidualBlock& block = residual.blocks[k];
            const std::string suffix = suffix_of(k, residual.blocks.size());
            matrix((block.A ? "B" : "W") + suffix, block.W);
            vector("b" + suffix, block.b);
            if (block.A) {
                matrix("A" + suffix, *block.A);
            }
        }
    }
    void network(const Perceptron& perceptron) {
        frame(perceptron);
        for (std::size_t k = 0; k < perceptron.layers.size(); ++k) {
            const std::string suffix = suffix_of(k, perceptron.layers.size());
            layer("W" + suffix, "b" + suffix, perceptron.layers[k]);
        }
    }

  private:
    static std::string suffix_of(std::size_t block, std::size_t blocks) {
        return blocks > 1 ? fmt::format(".{}", block) : "";
    }

    Safetensors& content_;
    TensorType type_;
};

}  // namespace

ModelFile load_model(const std::filesystem::path& path, const ModelOverrides& overrides) {
    return read_model(parse_safetensors(read_file(path), path.string()), path.string(), overrides);
}

ModelFile read_model(const Safetensors& content, const std::string& where,
                     const ModelOverrides& overrides) {
    TensorShelf shelf(content, where, overrides);
    shelf.need_weights();
    ModelFile model;
    model.network = read_network(shelf);
    model.notes = shelf.leftovers();
    try {
        validate(model.network);
    } catch (const std::invalid_argument& error) {
        throw InputError(fmt::format("{}, {}", where, error.what()));
    }
    model.metadata = content.metadata;
    model.type = TensorType::F32;
    std::set<std::string> stored;
    std::set<std::string> widened;
    for (const auto& [name, tensor] : content.tensors) {
        if (!is_network_name(name)) {
            continue;
        }
        model.type = tensor.type == TensorType::F64 ? TensorType::F64 : model.type;
        stored.insert(tensor.stored);
        if (tensor.stored != to_string(tensor.type)) {
            widened.insert(tensor.stored);
        }
    }
    model.stored = fmt::format("{}", fmt::join(stored, ", "));
    if (!widened.empty()) {
        model.notes.push_back(
            fmt::format("{}: {} was widened to double, exactly.", where, fmt::join(widened, ", ")));
    }
    return model;
}

ResidualNetwork load_residual_network(const std::filesystem::path& path) {
    ModelFile model = load_model(path);
    if (kind_of(model.network) != NetworkKind::Residual) {
        reject_input(path.string(), "a residual network (kind residual)", "a perceptron");
    }
    return std::get<ResidualNetwork>(std::move(model.network));
}

std::string format_model(const ModelFile& model) {
    validate(model.network);
    Safetensors content;
    content.metadata = model.metadata;
    content.metadata["kind"] = to_string(kind_of(model.network));
    Writer writer(content, model.type);
    std::visit([&](const auto& network) { writer.network(network); }, model.network);
    return format_safetensors(content);
}

void save_model(const std::filesystem::path& path, const ModelFile& model) {
    write_file_atomically(path, format_model(model));
}

}  // namespace resdyn
