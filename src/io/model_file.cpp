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
                reject_input(where_, "the tensors of a residual network (W or A, B; b, V, c, U, e)",
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

ResidualNetwork read_network(Shelf& shelf) {
    const std::string kind = shelf.metadata_or("kind", "residual");
    if (kind != "residual") {
        shelf.reject("kind", "residual", kind);
    }
    ResidualNetwork network;
    const std::string& activation = shelf.metadata("activation", activation_names);
    const std::optional<Activation> known = activation_from_name(activation);
    if (!known) {
        shelf.reject("activation", activation_names, activation);
    }
    network.activation = *known;
    network.step = shelf.number<double>("step", "a finite number > 0");
    network.depth = shelf.number<Index>("depth", "a whole number >= 1");
    if (shelf.has("W.0") || shelf.has("A.0")) {
        for (Index n = 0; n < network.depth; ++n) {
            network.blocks.push_back(read_block(shelf, fmt::format(".{}", n)));
        }
    } else {
        network.blocks.push_back(read_block(shelf, ""));
    }
    if (shelf.has("V")) {
        network.readout.M = shelf.matrix("V");
        network.readout.v = shelf.bias("c", network.readout.M.rows());
    }
    if (shelf.has("U")) {
        const Matrix U = shelf.matrix("U");
        network.input = LinearLayer{U, shelf.bias("e", U.rows())};
    }
    return network;
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

  private:
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

std::string format_model(const ModelFile& model) {
    validate(model.network);
    const ResidualNetwork& network = model.network;
    Safetensors content;
    content.metadata = model.metadata;
    content.metadata["kind"] = "residual";
    content.metadata["activation"] = to_string(network.activation);
    content.metadata["step"] = fmt::format("{}", network.step);
    content.metadata["depth"] = fmt::format("{}", network.depth);
    Writer writer(content, model.type);
    for (std::size_t k = 0; k < network.blocks.size(); ++k) {
        const ResidualBlock& block = network.blocks[k];
        const std::string suffix = network.blocks.size() > 1 ? fmt::format(".{}", k) : "";
        writer.matrix((block.A ? "B" : "W") + suffix, block.W);
        writer.vector("b" + suffix, block.b);
        if (block.A) {
            writer.matrix("A" + suffix, *block.A);
        }
    }
    if (network.has_readout()) {
        writer.matrix("V", network.readout.M);
        writer.vector("c", network.readout.v);
    }
    if (network.input) {
        writer.matrix("U", network.input->M);
        writer.vector("e", network.input->v);
    }
    return format_safetensors(content);
}

void save_model(const std::filesystem::path& path, const ModelFile& model) {
    write_file_atomically(path, format_model(model));
}

}  // namespace resdyn
