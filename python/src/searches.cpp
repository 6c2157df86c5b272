// The searches beneath the studies of equilibria: the atlas, the stable ones, starts followed to
// rest.
#include <resdyn/atlas/atlas.hpp>
#include <resdyn/settling/settle.hpp>
#include <resdyn/stable/stable_equilibria.hpp>

#include "arrays.hpp"
#include "calls.hpp"
#include "options.hpp"

namespace resdyn::python {

namespace {

void bind_atlas(py::module_& module) {
    py::class_<AtlasCounts>(module, "AtlasCounts")
        .def_readonly("total", &AtlasCounts::total)
        .def_readonly("vertices", &AtlasCounts::vertices)
        .def_readonly("faces", &AtlasCounts::faces)
        .def_readonly("stable", &AtlasCounts::stable)
        .def_readonly("non_hyperbolic", &AtlasCounts::non_hyperbolic)
        .def_readonly("not_transversally_unstable", &AtlasCounts::not_transversally_unstable)
        .def_property_readonly("by_unstable_dimension",
                               numbers(&AtlasCounts::by_unstable_dimension))
        .def_readonly("by_size", &AtlasCounts::by_size);
    py::class_<AtlasDecisions>(module, "AtlasDecisions")
        .def_readonly("patterns", &AtlasDecisions::patterns)
        .def_readonly("excluded_by_filter", &AtlasDecisions::excluded_by_filter)
        .def_readonly("found_by_filter", &AtlasDecisions::found_by_filter)
        .def_readonly("by_discs", &AtlasDecisions::by_discs)
        .def_readonly("exact", &AtlasDecisions::exact);
    py::class_<IndexCheck>(module, "IndexCheck")
        .def_readonly("sum", &IndexCheck::sum)
        .def_readonly("tied", &IndexCheck::tied)
        .def_readonly("applies", &IndexCheck::applies)
        .def_readonly("holds", &IndexCheck::holds)
        .def_readonly("origin_index", &IndexCheck::origin_index);
    py::class_<Atlas>(module, "Atlas")
        .def_readonly("complete", &Atlas::complete)
        .def_readonly("not_begun", &Atlas::not_begun)
        .def_readonly("counts", &Atlas::counts)
        .def_readonly("decisions", &Atlas::decisions)
        .def_readonly("index", &Atlas::index)
        .def_readonly("equilibria", &Atlas::equilibria)
        .def_readonly("continua", &Atlas::continua)
        .def_readonly("continua_found", &Atlas::continua_found)
        .def_readonly("not_listed", &Atlas::not_listed)
        .def("__len__", [](const Atlas& self) { return self.equilibria.size(); })
        .def("__repr__", [](const Atlas& self) {
            return fmt::format("<Atlas: {} equilibria, {} stable, {} continua, {}>",
                               self.counts.total, self.counts.stable, self.continua_found,
                               self.complete ? "complete" : "not complete");
        });
    module.def("equilibrium_atlas", [](const ResidualSystem& system, const std::string& listing,
                                       Index max_dimension, double affordable_seconds,
                                       Index max_listed, int threads, py::object progress) {
        const Listing which = listing_of(listing);
        Call call(std::move(progress), graceful);
        return call.run(
            [&](const Report& report) {
                return equilibrium_atlas(
                    system, {.listing = which,
                             .max_dimension = max_dimension,
                             .affordable_seconds = affordable_seconds,
                             .threads = threads,
                             .max_listed = max_listed,
                             .stop_requested = interrupt_requested,
                             .on_progress = [&](double share, Index) { report("atlas", share); }});
            },
            [](Atlas atlas) { return py::cast(std::move(atlas)); });
    });
}

void bind_stable(py::module_& module) {
    py::class_<SearchWork>(module, "SearchWork")
        .def_readonly("nodes", &SearchWork::nodes)
        .def_readonly("leaves", &SearchWork::leaves)
        .def_readonly("exact_decisions", &SearchWork::exact_decisions);
    py::class_<StableSearch>(module, "StableSearch")
        .def_property_readonly("end", name_of(&StableSearch::end))
        .def_readonly("work", &StableSearch::work)
        .def_readonly("stable_vertices", &StableSearch::stable_vertices)
        .def_readonly("stable_faces", &StableSearch::stable_faces)
        .def_readonly("marginal", &StableSearch::marginal)
        .def_readonly("equilibria", &StableSearch::equilibria)
        .def_readonly("by_signs", &StableSearch::by_signs)
        .def_property_readonly("complete", &StableSearch::complete)
        .def_property_readonly("stable", &StableSearch::stable)
        .def_property_readonly("all_listed", &StableSearch::all_listed);
    module.def("stable_equilibria",
               [](const ResidualSystem& system, std::uint64_t max_nodes, bool count_marginal,
                  Index max_listed, int threads, py::object progress) {
                   Call call(std::move(progress), graceful);
                   return call.run(
                       [&](const Report&) {
                           return stable_equilibria(system, {.max_nodes = max_nodes,
                                                             .count_marginal = count_marginal,
                                                             .max_listed = max_listed,
                                                             .threads = threads});
                       },
                       [](StableSearch search) { return py::cast(std::move(search)); });
               });
}

void bind_settling(py::module_& module) {
    py::class_<SettledGroup>(module, "SettledGroup")
        .def_readonly("equilibrium", &SettledGroup::equilibrium)
        .def_property_readonly("members", numbers(&SettledGroup::members));
    py::class_<ContinuumGroup>(module, "ContinuumGroup")
        .def_readonly("continuum", &ContinuumGroup::continuum)
        .def_readonly("spread", &ContinuumGroup::spread)
        .def_property_readonly("members", numbers(&ContinuumGroup::members));
    py::class_<SlowPassage>(module, "SlowPassage")
        .def_readonly("start", &SlowPassage::start)
        .def_readonly("near", &SlowPassage::near)
        .def_readonly("distance", &SlowPassage::distance);
    py::class_<SettleResult>(module, "SettleResult")
        .def_readonly("groups", &SettleResult::groups)
        .def_readonly("continua", &SettleResult::continua)
        .def_readonly("passages", &SettleResult::passages)
        .def_property_readonly("outcomes", names_of(&SettleResult::outcomes))
        .def_property_readonly("steps", numbers(&SettleResult::steps))
        .def_property_readonly("t", numbers(&SettleResult::t))
        .def_readonly("certified", &SettleResult::certified)
        .def_readonly("final_speed", &SettleResult::final_speed)
        .def_readonly("by_proof", &SettleResult::by_proof)
        .def_readonly("proof", &SettleResult::proof);
    module.def(
        "settle", [](const ResidualSystem& system, const py::object& u0, const std::string& clock,
                     Index max_layers, double t_end, double rel_tol, double abs_tol,
                     double settle_tol, double slow_speed, int threads) {
            const Matrix starts = starts_of(u0, "u0", Numbers::Any);
            const SettleOptions options{.clock = one_of("clock", clock, {Clock::Flow, Clock::Map}),
                                        .max_layers = max_layers,
                                        .t_end = t_end,
                                        .rel_tol = rel_tol,
                                        .abs_tol = abs_tol,
                                        .settle_tol = settle_tol,
                                        .slow_speed = slow_speed,
                                        .threads = threads};
            return run([&](const Report&) { return settle(system, starts, options); });
        });
}

}  // namespace

void bind_searches(py::module_& module) {
    bind_atlas(module);
    bind_stable(module);
    bind_settling(module);
}

}  // namespace resdyn::python
