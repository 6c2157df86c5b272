// The vocabulary beneath the studies: activations, networks, residual systems, patterns and
// equilibria, data, model files.
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>

#include <resdyn/core/error.hpp>
#include <resdyn/core/parallel.hpp>
#include <resdyn/core/suggestion.hpp>
#include <resdyn/data/load_dataset.hpp>
#include <resdyn/data/model_file.hpp>
#include <resdyn/equilibria/face.hpp>
#include <resdyn/formats/matrix_file.hpp>
#include <resdyn/model/parameters.hpp>
#include <resdyn/model/systems.hpp>

#include "arrays.hpp"
#include "calls.hpp"
#include "networks.hpp"

namespace resdyn::python {

Activation activation_of(const std::string& name) {
    const auto activation = activation_from_name(name);
    if (!activation) {
        reject_name("activation", activation_names, name);
    }
    return *activation;
}

ResidualSystem system_of(const ResidualNetwork& network) {
    if (!network.has_shared_weights()) {
        reject_argument("network", "weights shared by all layers (this study analyses one system)",
                        fmt::format("{} different layers", network.blocks.size()));
    }
    return residual_system(network);
}

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

using Floats = py::array_t<float, py::array::c_style | py::array::forcecast>;

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

void bind_systems(py::module_& module) {
    const auto vector = [](const py::object& value, const ResidualSystem& system,
                           const char* name) {
        Vector v = vector_of(value, name);
        if (v.size() != system.dimension()) {
            reject_argument(name, fmt::format("{} numbers", system.dimension()),
                            fmt::format("{}", v.size()));
        }
        return v;
    };
    using System = ResidualSystem;
    py::class_<System>(module, "ResidualSystem")
        .def(py::init([](const py::object& W, const std::string& activation, double step) {
                 return System(matrix_of(W, "W"), activation_of(activation), step);
             }),
             py::arg("W"), py::arg("activation") = "logistic", py::arg("step") = 1.0)
        .def_property_readonly("dimension", &System::dimension)
        .def_property_readonly("W", &System::W)
        .def_property_readonly(
            "activation",
            [](const System& self) { return std::string(to_string(self.activation())); })
        .def_property_readonly("step", &System::step)
        .def(
            "residual_velocity",
            [vector](const System& self, const py::object& y) {
                return self.residual_velocity(vector(y, self, "y"));
            },
            py::arg("y"))
        .def(
            "residual_jacobian",
            [vector](const System& self, const py::object& y) {
                return self.residual_jacobian(vector(y, self, "y"));
            },
            py::arg("y"))
        .def(
            "residual_map",
            [vector](const System& self, const py::object& y) {
                return self.residual_map(vector(y, self, "y"));
            },
            py::arg("y"))
        .def(
            "residual_map_jacobian",
            [vector](const System& self, const py::object& y) {
                return self.residual_map_jacobian(vector(y, self, "y"));
            },
            py::arg("y"))
        .def(
            "preactivation_velocity",
            [vector](const System& self, const py::object& u) {
                return self.preactivation_velocity(vector(u, self, "u"));
            },
            py::arg("u"))
        .def(
            "preactivation_jacobian",
            [vector](const System& self, const py::object& u) {
                return self.preactivation_jacobian(vector(u, self, "u"));
            },
            py::arg("u"))
        .def(
            "preactivation_map",
            [vector](const System& self, const py::object& u) {
                return self.preactivation_map(vector(u, self, "u"));
            },
            py::arg("u"))
        .def(
            "preactivation_map_jacobian",
            [vector](const System& self, const py::object& u) {
                return self.preactivation_map_jacobian(vector(u, self, "u"));
            },
            py::arg("u"))
        .def("__repr__", [](const System& self) {
            return fmt::format("<resdyn: residual system, {}, N = {}, h = {:g}>",
                               to_string(self.activation()), self.dimension(), self.step());
        });
    module.def("residual_system", &system_of);
    module.def("system_network", [](const System& system) {
        const Index N = system.dimension();
        ResidualNetwork network{.activation = system.activation(),
                                .step = system.step(),
                                .depth = 1,
                                .blocks = {{system.W(), Vector::Zero(N), std::nullopt}},
                                .readout = {},
                                .input = std::nullopt};
        if (system.factors()) {
            network.blocks = {{system.factors()->B, Vector::Zero(N), system.factors()->A}};
        }
        return network;
    });
    // f and its relatives on arrays of any shape.
    using Doubles = py::array_t<double, py::array::forcecast>;
    const auto element_wise = [&module](const char* name, double (*f)(Activation, double)) {
        module.def(name, [f](const std::string& activation, const Doubles& values) {
            const Activation a = activation_of(activation);
            return py::vectorize([a, f](double x) { return f(a, x); })(values);
        });
    };
    element_wise("activate", &activate);
    element_wise("slope", &slope);
    element_wise("inverse", &inverse);
    element_wise("gain", &gain);
}

void bind_equilibria(py::module_& module) {
    py::class_<Pattern>(module, "Pattern")
        .def(py::init([](const std::string& word) { return pattern_from_string(word); }),
             py::arg("word"))
        .def_property_readonly("free_units", &Pattern::free_units)
        .def_property_readonly("is_vertex", &Pattern::is_vertex)
        .def("__len__", &Pattern::size)
        .def("__str__", [](const Pattern& self) { return to_string(self); })
        .def("__repr__", [](const Pattern& self) { return "Pattern('" + to_string(self) + "')"; })
        .def("__hash__", [](const Pattern& self) { return py::hash(py::str(to_string(self))); })
        .def("__eq__", [](const Pattern& self, const py::object& other) {
            return (py::isinstance<py::str>(other) || py::isinstance<Pattern>(other)) &&
                   py::str(other).cast<std::string>() == to_string(self);
        });
    py::class_<SpectralCounts>(module, "SpectralCounts")
        .def_readonly("unstable", &SpectralCounts::unstable)
        .def_readonly("stable", &SpectralCounts::stable)
        .def_readonly("neutral", &SpectralCounts::neutral)
        .def_readonly("zero", &SpectralCounts::zero)
        .def_readonly("all_real", &SpectralCounts::all_real)
        .def_property_readonly("is_hyperbolic", &SpectralCounts::is_hyperbolic)
        .def_property_readonly("is_stable", &SpectralCounts::is_stable)
        .def("__repr__", [](const SpectralCounts& c) {
            return fmt::format("<unstable {}, stable {}, neutral {}>", c.unstable, c.stable,
                               c.neutral);
        });
    py::class_<Equilibrium>(module, "Equilibrium")
        .def_readonly("pattern", &Equilibrium::pattern)
        .def_readonly("y", &Equilibrium::y)
        .def_readonly("residual", &Equilibrium::residual)
        .def_property_readonly("flow_eigenvalues", numbers(&Equilibrium::flow_eigenvalues))
        .def_property_readonly("multipliers", numbers(&Equilibrium::multipliers))
        .def_readonly("spectrum", &Equilibrium::spectrum)
        .def_readonly("free_spectrum", &Equilibrium::free_spectrum)
        .def_property_readonly("type", name_of(&Equilibrium::type))
        .def_readonly("on_continuum", &Equilibrium::on_continuum)
        .def_readonly("proved", &Equilibrium::proved)
        .def("__repr__", [](const Equilibrium& e) {
            return fmt::format("<Equilibrium {}: {}, |flow| = {:.1e}, {}>", to_string(e.pattern),
                               to_string(e.type), e.residual,
                               e.proved ? "proved" : "double precision");
        });
    py::class_<Continuum>(module, "Continuum")
        .def_readonly("pattern", &Continuum::pattern)
        .def_readonly("dimension", &Continuum::dimension)
        .def_readonly("point", &Continuum::point)
        .def_readonly("transverse", &Continuum::transverse)
        .def_property_readonly("flow_eigenvalues", numbers(&Continuum::flow_eigenvalues))
        .def("__repr__", [](const Continuum& c) {
            return fmt::format("<Continuum {}, dimension {}>", to_string(c.pattern), c.dimension);
        });
    module.def("pattern_of",
               [](const py::object& y, const std::string& activation, double tolerance) {
                   return pattern_of(vector_of(y, "y"), activation_of(activation), tolerance);
               });
    // The face of one pattern, decided exactly: an Equilibrium, a Continuum, or None.
    module.def("decide_face", [](const ResidualSystem& system, const Pattern& pattern) {
        if (pattern.size() != system.dimension()) {
            reject_argument("pattern", fmt::format("{} letters", system.dimension()),
                            fmt::format("{}", pattern.size()));
        }
        FaceDecision decision =
            run([&](const Report&) { return FaceSolver(system).decide(pattern); });
        if (auto* equilibrium = std::get_if<Equilibrium>(&decision)) {
            return py::cast(std::move(*equilibrium));
        }
        if (auto* continuum = std::get_if<Continuum>(&decision)) {
            return py::cast(std::move(*continuum));
        }
        return py::object(py::none());
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
}

}  // namespace

void bind_vocabulary(py::module_& module) {
    module.def("hardware_threads", &hardware_threads);
    bind_equilibria(module);
    bind_systems(module);
    bind_networks(module);
    bind_data(module);
}

}  // namespace resdyn::python
