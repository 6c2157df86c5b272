/// @file
/// What every file of the binding includes, once: precompiled.
#pragma once

#include <pybind11/complex.h>
#include <pybind11/eigen.h>
#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <fmt/format.h>

#include <Eigen/Core>
#include <nlohmann/json.hpp>

namespace resdyn::python {

namespace py = pybind11;

/// The parts of the module, one a file.
void bind_study_result(py::module_& module);
void bind_vocabulary(py::module_& module);
void bind_networks_and_data(py::module_& module);
void bind_fields(py::module_& module);
void bind_field_planes(py::module_& module);
void bind_searches(py::module_& module);
void bind_studies(py::module_& module);
void bind_equilibria_study(py::module_& module);
void bind_cycles(py::module_& module);
void bind_planes(py::module_& module);
void bind_labelled(py::module_& module);
void bind_experiments(py::module_& module);

}  // namespace resdyn::python
