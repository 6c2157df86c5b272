#include <resdyn/io/model_file.hpp>

#include <fmt/format.h>

#include <charconv>
#include <set>

#include <resdyn/core/error.hpp>
#include <resdyn/io/input_file.hpp>
#include <resdyn/io/output_folder.hpp>

namespace resdyn {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Hands out the tensors of a file by name and remembers which were asked for.
class Shelf {
  public:
    Shelf(const Safetensors& content, std::string where)
        : content_(content), where_(std::move(where)) {}

    bool has(const std::string& name) const { return content_.tensors.contains(name); }

    Matrix matrix(const std::string& name) {
        const Tensor& tensor = take(name, 2);
        return Eigen::Map<const RowMajor>(tensor.values.data(), tensor.shape[0], tensor.shape[1]);
    }

    /// A bias of the given size; absent: zeros.
    Vector bias(const std::string& name, Index size) {
        if (!has(name)) {
            return Vector::Zero(size);
        }
        const Tensor& tensor = take(name, 1);
        return Eigen::Map<const Vector>(tensor.values.data(), tensor.shape[0]);
    }

    const std::string& metadata(const std::string& key, std::string_view expected) const {
        const auto found = content_.metadata.find(key);
        if (found == content_.metadata.end()) {
            reject_input(where_, fmt::format("metadata \"{}\" ({})", key, expected), "none");
        }
        return found->second;
    }

    std::string metadata_or(const std::string& key, const std::string& otherwise) const {
        const auto found = content_.metadata.find(key);
        return found == content_.metadata.end() ? otherwise : found->second;
    }

    /// The metadata `key` as a number.
    template <class Number>
    Number number(const std::string& key, std::string_view expected) const {
        const std::string& text = metadata(key, expected);
        Number value{};
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size()) {
            reject(key, expected, text);
        }
        return value;
    }

    [[noreturn]] void reject(const std::string& key, std::string_view expected,
                             const std::string& got) const {
        reject_input(fmt::format("{}, {}", where_, key), expected, got);
    }

    void reject_unused() const {
        for (const auto& [name, tensor] : content_.tensors) {
            if (!used_.contains(name)) {
                reject_input(where_, "the tensors of a network (W or A, B; b, V, c, U, e)",
                             fmt::format("\"{}\"", name));
            }
        }
    }

    const std::string& where() const { return where_; }

  private:
    const Tensor& take(const std::string& name, std::size_t dimensions) {
        if (!has(name)) {
            reject_input(where_, fmt::format("a tensor {}", name), "none");
        }
        const Tensor& tensor = content_.tensors.at(name);
        if (tensor.shape.size() != dimensions) {
            reject_input(where_, fmt::format("{} with {} dimensions", name, dimensions),
                         fmt::format("{}", tensor.shape.size()));
        }
        used_.insert(name);
        return tensor;
    }

    const Safetensors& content_;
    std::string where_;
    std::set<std::string> used_;
};

ResidualBlock read_block(Shelf& shelf, const std::string& suffix) {
    ResidualBlock block;
    const bool two_matrices = shelf.has("A" + suffix);
    block.W = shelf.matrix((two_matrices ? "B" : "W") + suffix);
    if (two_matrices) {
        block.A = shelf.matrix("A" + suffix);
    }
    block.b = shelf.bias("b" + suffix, block.W.rows());
    return block;
}

LinearLayer read_layer(Shelf& shelf, const std::string& matrix, const std::string& vector) {
    Matrix M = shelf.matrix(matrix);
    Vector v = shelf.bias(vector, M.rows());
    return {std::move(M), std::move(v)};
}

/// What both kinds have.
template <class AnyKind>
void read_frame(Shelf& shelf, AnyKind& network) {
    const std::string& activation = shelf.metadata("activation", activation_names);
    const std::optional<Activation> known = activation_from_name(activation);
    if (!known) {
        shelf.reject("activation", activation_names, activation);
    }
    network.activation = *known;
    network.depth = shelf.number<Index>("depth", "a whole number >= 1");
    // A larger claim is a mistake, and would keep every verb busy without end.
    constexpr Index largest_depth = 10'000'000;
    if (network.depth > largest_depth) {
        shelf.reject("depth", fmt::format("at most {} layers", largest_depth),
                     fmt::format("{}", network.depth));
    }
    if (shelf.has("V")) {
        network.readout = read_layer(shelf, "V", "c");
    }
    if (shelf.has("U")) {
        network.input = read_layer(shelf, "U", "e");
    }
}

/// Calls read(suffix) for the shared block, or for that of every layer.
template <class Read>
void read_blocks(const Shelf& shelf, Index depth, Read read) {
    if (!shelf.has("W.0") && !shelf.has("A.0")) {
        read("");
        return;
    }
    for (Index n = 0; n < depth; ++n) {
        read(fmt::format(".{}", n));
    }
}

Network read_network(Shelf& shelf) {
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
    residual.step = shelf.number<double>("step", "a finite number > 0");
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

ModelFile load_model(const std::filesystem::path& path) {
    const Safetensors content = parse_safetensors(read_file(path), path.string());
    Shelf shelf(content, path.string());
    ModelFile model;
    model.network = read_network(shelf);
    shelf.reject_unused();
    try {
        validate(model.network);
    } catch (const std::invalid_argument& error) {
        throw InputError(fmt::format("{}, {}", path.string(), error.what()));
    }
    model.metadata = content.metadata;
    model.type = TensorType::F32;
    for (const auto& [name, tensor] : content.tensors) {
        model.type = tensor.type == TensorType::F64 ? TensorType::F64 : model.type;
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
