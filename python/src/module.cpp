// The compiled part of the Python package resdyn. Users import resdyn, whose Python files hold the
// signatures, the documentation and what is only Python's.
#include <resdyn/core/error.hpp>

#include "binding.hpp"
#include "results/results.hpp"

PYBIND11_MODULE(_resdyn, module) {
    using namespace resdyn::python;
    module.attr("__version__") = RESDYN_VERSION;
    module.attr("results_schema") = std::string(resdyn::results_schema);
    // std::invalid_argument becomes ValueError by itself.
    const auto value_error = py::reinterpret_borrow<py::object>(PyExc_ValueError);
    const auto os_error = py::reinterpret_borrow<py::object>(PyExc_OSError);
    py::register_exception<resdyn::InputError>(module, "InputError", value_error.ptr());
    py::register_exception<resdyn::ResourceError>(module, "ResourceError", os_error.ptr());
    bind_study_result(module);
    bind_vocabulary(module);
    bind_networks_and_data(module);
    bind_fields(module);
    bind_searches(module);
    bind_studies(module);
    bind_equilibria_study(module);
    bind_cycles(module);
    bind_planes(module);
    bind_field_planes(module);
    bind_labelled(module);
    bind_experiments(module);
}
