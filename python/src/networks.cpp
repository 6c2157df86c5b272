// Networks and data: from arrays, from files, and back.
#include "networks.hpp"

#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include <resdyn/core/error.hpp>
#include <resdyn/data/import_model.hpp>
#include <resdyn/data/load_dataset.hpp>
#include <resdyn/data/model_file.hpp>
#include <resdyn/formats/matrix_file.hpp>
#include <resdyn/model/systems.hpp>

#include "arrays.hpp"
#include "calls.hpp"

namespace resdyn::python {

namespace {

/// The tensors of a network under the names that model files have.
using Tensors = std::map<std::string, py::object>;

std::optional<LinearLayer> layer_of(const Tensors& tensors, const std::string& matrix,
                                    const std::string& vector) {
    const auto M = tensors.find(matrix);
    const auto v = tensors.find(vector);
    if (M == tensors.end()) {
        if (v != tensors.end()) {
            reject_argument(vector, matrix + " beside it", "none");
        }
        return std::nullopt;
    }
    LinearLayer layer;
    layer.M = matrix_of(M->second, matrix);
    layer.v =
        v == tensors.end() ? Vector(Vector::Zero(layer.M.rows())) : vector_of(v->second, vector);
    return layer;
}

/// W or B, A, b of layer `suffix` ("" where the weights are shared, else ".0", …).
ResidualBlock block_of(const Tensors& tensors, const std::string& suffix) {
    const bool two = tensors.count("B" + suffix) > 0;
    const std::string name = (two ? "B" : "W") + suffix;
    ResidualBlock block;
    block.W = matrix_of(tensors.at(name), name);
    const auto b = tensors.find("b" + suffix);
    block.b = b == tensors.end() ? Vector(Vector::Zero(block.W.rows()))
                                 : vector_of(b->second, "b" + suffix);
    if (const auto A = tensors.find("A" + suffix); A != tensors.end()) {
        block.A = matrix_of(A->second, "A" + suffix);
    }
    return block;
}

ResidualNetwork network_of(const Tensors& tensors, const std::string& activation, double step,
                           Index depth) {
    ResidualNetwork network;
    network.activation = activation_of(activation);
    network.step = step;
    network.depth = depth;
    const auto has = [&](const std::string& name) { return tensors.count(name) > 0; };
    if (has("W") || has("B")) {
        network.blocks.push_back(block_of(tensors, ""));
    } else {
        for (Index n = 0; has(fmt::format("W.{}", n)) || has(fmt::format("B.{}", n)); ++n) {
            network.blocks.push_back(block_of(tensors, fmt::format(".{}", n)));
        }
    }
    if (network.blocks.empty()) {
        reject_argument("W", "a weight matrix, shared or one a layer (W.0, W.1, …)", "none");
    }
    network.input = layer_of(tensors, "U", "e");
    if (auto readout = layer_of(tensors, "V", "c")) {
        network.readout = std::move(*readout);
    }
    validate(network);
    return network;
}

Tensors tensors_of(const ResidualNetwork& network) {
    Tensors tensors;
    const bool shared = network.has_shared_weights();
    for (std::size_t n = 0; n < network.blocks.size(); ++n) {
        const ResidualBlock& block = network.blocks[n];
        const std::string suffix = shared ? std::string() : fmt::format(".{}", n);
        tensors[(block.A ? "B" : "W") + suffix] = py::cast(block.W);
        tensors["b" + suffix] = py::cast(block.b);
        if (block.A) {
            tensors["A" + suffix] = py::cast(*block.A);
        }
    }
    if (network.has_readout()) {
        tensors["V"] = py::cast(network.readout.M);
        tensors["c"] = py::cast(network.readout.v);
    }
    if (network.input) {
        tensors["U"] = py::cast(network.input->M);
        tensors["e"] = py::cast(network.input->v);
    }
    return tensors;
}

std::string shape_text(const Network& network) {
    return "<resdyn: " + describe(network) + ">";
}

/// Logits of a batch, a sample a row.
Matrix logits_of(const ResidualNetwork& network, const py::object& data) {
    if (!network.has_readout()) {
        reject_argument("network", "a read-out V, c", "none");
    }
    const Matrix inputs = starts_of(data, "data");
    return run([&](const Report&) {
        const LayerStates states = run_layers(network, initial_activity(network, inputs));
        return Matrix(network.readout(states.x.back()).transpose());
    });
}

py::object python_network(Network network) {
    return std::visit([](auto& one) { return py::cast(std::move(one)); }, network);
}

/// A model file: the network and what else the file says.
py::tuple load(const std::filesystem::path& path, const std::optional<std::string>& activation,
               std::optional<double> step, std::optional<Index> depth) {
    ModelOverrides overrides{.step = step, .depth = depth};
    if (activation) {
        overrides.activation = activation_of(*activation);
    }
    ModelFile model = load_model(path, overrides);
    return py::make_tuple(python_network(std::move(model.network)), model.metadata, model.stored,
                          model.notes);
}

void save(const std::filesystem::path& path, const Network& network,
          const std::map<std::string, std::string>& metadata, const std::string& type) {
    if (type != "F32" && type != "F64") {
        reject_argument("type", "F32 or F64", type);
    }
    save_model(path, {.network = network,
                      .metadata = metadata,
                      .type = type == "F32" ? TensorType::F32 : TensorType::F64});
}

/// A state dict: the network, which tensor each of its own was, and what was noticed.
py::tuple import_state(const std::map<std::string, py::object>& state, const SaidRoles& said,
                       const std::string& activation, double step, std::optional<Index> depth) {
    Safetensors content;
    for (const auto& [name, value] : state) {
        const py::array array = py::array::ensure(value);
        const py::ssize_t dimensions = array ? array.ndim() : 0;
        Tensor tensor;
        tensor.stored = array ? py::str(array.dtype()).cast<std::string>() : "object";
        for (py::ssize_t k = 0; k < dimensions; ++k) {
            tensor.shape.push_back(array.shape(k));
        }
        if (dimensions == 2) {
            const Matrix transposed = matrix_of(value, name, Numbers::Any).transpose();
            tensor.values.assign(transposed.data(), transposed.data() + transposed.size());
        } else if (dimensions == 1) {
            const Vector numbers = vector_of(value, name, Numbers::Any);
            tensor.values.assign(numbers.data(), numbers.data() + numbers.size());
        }
        content.tensors[name] = std::move(tensor);
    }
    ImportedModel imported = import_model(
        content, "from_torch",
        {.activation = activation_of(activation), .step = step, .depth = depth, .said = said});
    if (!imported.model) {
        throw std::invalid_argument("from_torch: expected " + imported.roles.trouble);
    }
    std::map<std::string, std::string> taken;
    for (const TensorRole& row : imported.roles.tensors) {
        if (row.role != "-") {
            taken[row.role] = row.tensor.name;
        }
    }
    return py::make_tuple(python_network(std::move(imported.model->network)), taken,
                          imported.model->notes);
}

Dataset dataset_of(const py::object& inputs, const py::object& labels, const std::string& name,
                   Index classes, Index image_rows, Index image_cols) {
    const Matrix rows = matrix_of(inputs, "inputs");
    const Vector numbers = vector_of(labels, "labels");
    if (numbers.size() != rows.rows()) {
        reject_argument("labels", fmt::format("{}, one a sample (a row of inputs)", rows.rows()),
                        fmt::format("{}", numbers.size()));
    }
    Dataset data;
    data.name = name;
    data.inputs = rows.transpose().cast<float>();
    data.labels = Eigen::VectorXi(numbers.size());
    for (Index k = 0; k < numbers.size(); ++k) {
        if (numbers[k] != std::floor(numbers[k]) || numbers[k] < 0 || numbers[k] > 1e9) {
            reject_argument("labels", "whole numbers from 0", fmt::format("{:g}", numbers[k]));
        }
        data.labels[k] = static_cast<int>(numbers[k]);
    }
    data.classes = classes > 0          ? classes
                   : numbers.size() > 0 ? static_cast<Index>(data.labels.maxCoeff()) + 1
                                        : 0;
    data.image_rows = image_rows;
    data.image_cols = image_cols;
    data.scaling = "none";
    validate(data);
    return data;
}

/// `expected`: the network that the data are for, with its file's metadata; None: none.
py::tuple load_data(const std::string& source, const std::string& part, Index samples,
                    std::uint64_t seed, const std::string& label, const std::string& scaling,
                    bool header, bool index, const std::optional<Network>& expected,
                    const std::map<std::string, std::string>& metadata) {
    if (part != "train" && part != "test") {
        reject_argument("part", "train or test", part);
    }
    LoadOptions options{
        .part = part == "train" ? DataPart::Train : DataPart::Test,
        .samples = samples,
        .seed = seed,
        .format = {.csv = {.header = header, .index = index}, .label = label, .scaling = scaling}};
    if (expected) {
        options.trained_on = trained_on(ModelFile{*expected, metadata});
    }
    LoadedDataset loaded = load_dataset(source, options);
    return py::make_tuple(py::cast(std::make_shared<Dataset>(std::move(loaded.data))),
                          loaded.notes);
}

void bind_networks(py::module_& module) {
    py::class_<ResidualNetwork>(module, "ResidualNetwork", py::dynamic_attr())
        .def_property_readonly("activation", name_of(&ResidualNetwork::activation))
        .def_readonly("step", &ResidualNetwork::step)
        .def_readonly("depth", &ResidualNetwork::depth)
        .def_property_readonly("width", &ResidualNetwork::width)
        .def_property_readonly("hidden_width", &ResidualNetwork::hidden_width)
        .def_property_readonly("input_width", &ResidualNetwork::input_width)
        .def_property_readonly("classes", &ResidualNetwork::classes)
        .def_property_readonly("has_shared_weights", &ResidualNetwork::has_shared_weights)
        .def_property_readonly("has_readout", &ResidualNetwork::has_readout)
        .def_property_readonly("tensors", &tensors_of)
        .def("logits", &logits_of, py::arg("data"))
        .def("with_changes",
             [](ResidualNetwork network, const std::optional<std::string>& activation,
                std::optional<double> step, std::optional<Index> depth) {
                 if (activation) {
                     network.activation = activation_of(*activation);
                 }
                 network.step = step.value_or(network.step);
                 network.depth = depth.value_or(network.depth);
                 validate(network);
                 return network;
             })
        .def("__repr__", [](const ResidualNetwork& network) { return shape_text(network); });
    py::class_<Perceptron>(module, "Perceptron", py::dynamic_attr())
        .def_property_readonly("activation", name_of(&Perceptron::activation))
        .def_readonly("depth", &Perceptron::depth)
        .def_property_readonly("width", &Perceptron::width)
        .def_property_readonly("input_width", &Perceptron::input_width)
        .def_property_readonly("classes", &Perceptron::classes)
        .def_property_readonly("has_shared_weights", &Perceptron::has_shared_weights)
        .def_property_readonly("has_readout", &Perceptron::has_readout)
        .def("__repr__", [](const Perceptron& network) { return shape_text(network); });
    module.def("network", &network_of);
    module.def("import_state", &import_state);
    module.def("load", &load);
    module.def("save", &save);
    module.def("is_matrix_file", &is_matrix_file);
    module.def("read_weight_matrix", [](const std::filesystem::path& path) {
        MatrixFile file = read_weight_matrix(path);
        return py::make_tuple(std::move(file.values), std::move(file.notes));
    });
    module.def("named_systems", [] {
        py::list list;
        for (const NamedSystem& system : named_systems()) {
            list.append(py::make_tuple(system.name, system.about,
                                       std::string(to_string(system.activation)), system.W));
        }
        return list;
    });
}

void bind_data(py::module_& module) {
    py::class_<Dataset, std::shared_ptr<Dataset>>(module, "Dataset")
        .def(py::init(&dataset_of), py::arg("inputs"), py::arg("labels"), py::kw_only(),
             py::arg("name") = "data", py::arg("classes") = 0, py::arg("image_rows") = 0,
             py::arg("image_cols") = 0)
        .def_readonly("name", &Dataset::name)
        .def_readonly("labels", &Dataset::labels)
        .def_readonly("classes", &Dataset::classes)
        .def_readonly("class_labels", &Dataset::class_labels)
        .def_readonly("image_rows", &Dataset::image_rows)
        .def_readonly("image_cols", &Dataset::image_cols)
        .def_readonly("scaling", &Dataset::scaling)
        .def_property_readonly(
            "inputs",
            [](const py::object& self) {
                const auto& inputs = self.cast<const Dataset&>().inputs;
                py::array_t<float> rows({inputs.cols(), inputs.rows()}, inputs.data(), self);
                rows.attr("flags").attr("writeable") = false;
                return rows;
            })
        .def("__len__", &Dataset::size)
        .def_property_readonly("width", &Dataset::width)
        .def(
            "draw",
            [](const Dataset& self, Index count, std::uint64_t seed) {
                return std::make_shared<Dataset>(self.draw(count, seed));
            },
            py::arg("count"), py::arg("seed") = 1)
        .def("__repr__", [](const Dataset& self) {
            return fmt::format("<Dataset {}: {} samples of width {}, {} classes>", self.name,
                               self.size(), self.width(), self.classes);
        });
    module.def("load_dataset", &load_data);
    module.def("is_builtin_dataset", &is_builtin_dataset);
    // The test half that goes with a training source, its classes numbered as those are.
    module.def("load_matching_test_set", [](const std::string& source, std::uint64_t seed,
                                            const Dataset& training, Index samples) {
        std::optional<LoadedDataset> loaded =
            load_matching_test_set(source, {.part = DataPart::Test,
                                            .samples = samples,
                                            .seed = seed,
                                            .trained_on = trained_on(training)});
        return loaded ? std::make_shared<Dataset>(std::move(loaded->data)) : nullptr;
    });
    module.def("split", [](const Dataset& data, double share, std::uint64_t seed) {
        Split parts = split(data, share, seed);
        return py::make_tuple(std::make_shared<Dataset>(std::move(parts.training)),
                              std::make_shared<Dataset>(std::move(parts.held_out)));
    });
}

}  // namespace

void bind_networks_and_data(py::module_& module) {
    bind_networks(module);
    bind_data(module);
}

}  // namespace resdyn::python
