// The studies that are drawn on a plane: portraits and basins. As studies.cpp.
#include <optional>
#include <string>
#include <vector>

#include <resdyn/core/error.hpp>

#include "accounts/basin_account.hpp"
#include "accounts/portrait_account.hpp"
#include "arrays.hpp"
#include "columns.hpp"
#include "networks.hpp"
#include "options.hpp"
#include "study_result.hpp"

namespace resdyn::python {

namespace {

// ---- basins -------------------------------------------------------------------------------

/// What the keyword arguments say of the plane; seed and threads are the caller's.
PlaneOptions plane_options(const py::dict& given) {
    const auto coordinates = given["coordinates"].cast<std::string>();
    if (coordinates != "y" && coordinates != "u" && coordinates != "x") {
        reject_argument("coordinates", "y, u or x", coordinates);
    }
    PlaneOptions plane{.coordinate = coordinates == "y"   ? Coordinate::Residual
                                     : coordinates == "u" ? Coordinate::Preactivation
                                                          : Coordinate::Activity,
                       .units = given["units"].cast<std::vector<Index>>(),
                       .at_sample = given["at_sample"].cast<std::optional<Index>>(),
                       .through = patterns_of(given["through"].cast<std::vector<std::string>>()),
                       .principal = given["principal"].cast<bool>(),
                       .leaf = given["leaf"].cast<bool>(),
                       .projections = given["projections"].cast<bool>()};
    if (const auto at = given["at"].cast<std::optional<std::string>>()) {
        plane.at = pattern_from_string(*at);
    }
    if (const py::object held = given["held"]; !held.is_none()) {
        plane.held = vector_of(held, "held");
    }
    if (const py::object window = given["window"]; !window.is_none()) {
        const Vector w = vector_of(window, "window");
        if (w.size() != 4) {
            reject_argument("window", "left, right, bottom, top",
                            fmt::format("{} numbers", w.size()));
        }
        plane.window = Box{Vector{{w[0], w[2]}}, Vector{{w[1], w[3]}}};
    }
    return plane;
}

void bind_basins(py::module_& module) {
    py::class_<Slice>(module, "Slice")
        .def_readonly("about", &Slice::about)
        .def_readonly("origin", &Slice::origin)
        .def_readonly("basis", &Slice::basis);
    py::class_<BasinAttractor>(module, "BasinAttractor")
        .def_readonly("pattern", &BasinAttractor::pattern)
        .def_property_readonly("kind",
                               [](const BasinAttractor& self) { return std::string(self.kind()); })
        .def_property_readonly("name", &BasinAttractor::name)
        .def_readonly("proved", &BasinAttractor::proved)
        .def_readonly("y", &BasinAttractor::y)
        .def_property_readonly("type", name_of(&BasinAttractor::type))
        .def_readonly("members", &BasinAttractor::members)
        .def_readonly("period", &BasinAttractor::period)
        .def_readonly("orbit", &BasinAttractor::orbit);
    py::class_<BasinMap>(module, "BasinMap")
        .def_readonly("slice", &BasinMap::slice)
        .def_readonly("complete", &BasinMap::complete)
        .def_readonly("attractors", &BasinMap::attractors)
        .def_readonly("labels", &BasinMap::labels)
        .def_readonly("certified", &BasinMap::certified)
        .def_readonly("by_proof", &BasinMap::by_proof)
        .def_readonly("proof", &BasinMap::proof)
        .def("cell_centre", &BasinMap::cell_centre, py::arg("i"), py::arg("j"));
    py::class_<BasinStudy, std::shared_ptr<BasinStudy>>(module, "BasinStudy")
        .def_readonly("map", &BasinStudy::map)
        .def_property_readonly(
            "labels",
            [](const py::object& self) -> py::object { return self.attr("map").attr("labels"); })
        .def_property_readonly("attractors", [](const py::object& self) -> py::object {
            return self.attr("map").attr("attractors");
        });
    module.def(
        "study_basins", [](const ResidualNetwork& network, const Data& data, const py::dict& plane,
                           const std::string& clock, Index width, Index height, double t_end,
                           Index max_layers, double rel_tol, double settle_tol, bool integrate,
                           Index share_samples, Index settle_samples, int columns,
                           std::uint64_t seed, int threads, py::object progress) {
            const ResidualSystem system = system_of(network);
            if (!is_bounded(system.activation())) {  // a plane would be refused for another reason
                reject_argument("basins", "a bounded activation (logistic or tanh)",
                                to_string(system.activation()));
            }
            if (system.dimension() < 2) {
                reject_argument("basins", "a system of at least 2 units", "1");
            }
            BasinStudyOptions options{.share_samples = share_samples,
                                      .settle_samples = settle_samples,
                                      .seed = seed,
                                      .threads = threads};
            options.basins.width = width;
            options.basins.height = height;
            SettleOptions& settle = options.basins.settle;
            settle.clock = one_of("clock", clock, {Clock::Flow, Clock::Map});
            settle.t_end = t_end;
            settle.max_layers = max_layers;
            settle.rel_tol = rel_tol;
            settle.settle_tol = settle_tol;
            settle.prove_first = settle.skip_hopeless = !integrate;
            options.basins.stop_requested = [] { return interrupt_requested(); };
            PlaneOptions where = plane_options(plane);
            where.seed = seed;
            where.threads = threads;
            const figures::Columns breadth = columns_of(columns);
            return study_result(
                std::move(progress),
                [&](const Report& report) {
                    options.on_part = report;
                    return study_basins(choose_plane(network, data.get(), where), options);
                },
                [system, breadth](const BasinStudy& study) {
                    return account_of(study, system, breadth);
                },
                graceful);
        });
}

// ---- portraits ----------------------------------------------------------------------------

void bind_portraits(py::module_& module) {
    py::class_<PortraitStudy, std::shared_ptr<PortraitStudy>>(module, "PortraitStudy")
        .def_readonly("dimension", &PortraitStudy::dimension)
        .def_readonly("notes", &PortraitStudy::notes)
        .def_property_readonly("equilibria", [](const PortraitStudy& self) {
            std::vector<Equilibrium> equilibria;
            if (self.portrait) {
                for (const PortraitEquilibrium& one : self.portrait->equilibria) {
                    equilibria.push_back(one.equilibrium);
                }
            }
            return equilibria;
        });
    module.def(
        "study_portrait",
        [](const ResidualNetwork& network, const Data& data, const py::dict& plane,
           const py::object& starts, const std::string& variable, std::optional<Index> trajectories,
           std::optional<Index> layers, double t_end, Index grid, double view, int columns,
           std::uint64_t seed, int threads, py::object progress) {
            const ResidualSystem system = system_of(network);
            PortraitStudyOptions options{.plane = plane_options(plane),
                                         .trajectories = trajectories,
                                         .layers = layers,
                                         .seed = seed,
                                         .threads = threads};
            options.portrait.t_end = t_end;
            options.portrait.grid = grid;
            options.cube.azimuth = view;
            if (!starts.is_none()) {
                options.starts =
                    NamedStarts{starts_of(starts, variable, Numbers::Any), variable_of(variable)};
            }
            const figures::Columns width = columns_of(columns);
            return study_result(
                std::move(progress),
                [&](const Report&) { return study_portrait(network, data.get(), options); },
                [system, width](const PortraitStudy& study) {
                    return account_of(study, system, width);
                });
        });
}

}  // namespace

void add_plane_defaults(py::dict& all) {
    using namespace py::literals;
    const BasinStudyOptions basins;
    const PortraitStudyOptions portrait;
    const SettleOptions& settle = basins.basins.settle;
    all["basins"] =
        py::dict("clock"_a = std::string(to_string(settle.clock)), "width"_a = basins.basins.width,
                 "height"_a = basins.basins.height, "t_end"_a = settle.t_end,
                 "max_layers"_a = settle.max_layers, "rel_tol"_a = settle.rel_tol,
                 "settle_tol"_a = settle.settle_tol, "share_samples"_a = basins.share_samples,
                 "settle_samples"_a = basins.settle_samples, "seed"_a = basins.seed,
                 "threads"_a = basins.threads);
    all["portrait"] = py::dict("t_end"_a = portrait.portrait.t_end,
                               "grid"_a = portrait.portrait.grid, "view"_a = portrait.cube.azimuth,
                               "seed"_a = portrait.seed, "threads"_a = portrait.threads);
}

void bind_planes(py::module_& module) {
    bind_basins(module);
    bind_portraits(module);
}

}  // namespace resdyn::python
