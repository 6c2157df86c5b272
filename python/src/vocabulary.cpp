// The vocabulary beneath the studies: activations, residual systems, patterns and equilibria.
#include <resdyn/core/error.hpp>
#include <resdyn/equilibria/face.hpp>

#include "arrays.hpp"
#include "calls.hpp"
#include "core/parallel.hpp"
#include "core/suggestion.hpp"
#include "networks.hpp"

namespace resdyn::python {

Activation activation_of(const std::string& name) {
    const auto activation = activation_from_name(name);
    if (!activation) {
        reject_name("activation", activation_names(), name);
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

}  // namespace

void bind_vocabulary(py::module_& module) {
    module.def("hardware_threads", &hardware_threads);
    bind_equilibria(module);
    bind_systems(module);
}

}  // namespace resdyn::python
