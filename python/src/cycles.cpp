// What never rests, as studies.cpp.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include <resdyn/core/error.hpp>

#include "accounts/cycle_account.hpp"
#include "networks.hpp"
#include "options.hpp"
#include "results/cycle_certificate.hpp"
#include "study_result.hpp"

namespace resdyn::python {

namespace {

/// With the system that its certificate speaks of.
struct CyclesOfSystem : CycleStudy {
    CyclesOfSystem(CycleStudy study, ResidualSystem of)
        : CycleStudy(std::move(study)), system(std::move(of)) {}

    ResidualSystem system;
};

}  // namespace

void bind_cycles(py::module_& module) {
    py::class_<CyclesOfSystem, std::shared_ptr<CyclesOfSystem>>(module, "CycleStudy")
        .def_property_readonly("certificate", [](const CyclesOfSystem& self) {
            return cycle_certificate_text(self, self.system);
        });
    module.def("study_cycles", [](const ResidualNetwork& network, const std::string& clock,
                                  Index starts, Index max_faces, Index max_period,
                                  Index max_born_period, double duration, std::uint64_t max_nodes,
                                  Index prove_up_to, std::uint64_t seed, int threads,
                                  py::object progress) {
        const ResidualSystem system = system_of(network);
        if (clock != "both" && clock != to_string(Clock::Flow) && clock != to_string(Clock::Map)) {
            reject_argument("clock", "one of both, flow, map", clock);
        }
        const CycleStudyOptions options{
            .search = {.flow = clock != to_string(Clock::Map),
                       .network = clock != to_string(Clock::Flow),
                       .starts = starts,
                       .max_faces = max_faces,
                       .max_nodes = max_nodes,
                       .max_period = max_period,
                       .max_born_period = std::min(max_born_period, max_period),
                       .duration = duration,
                       .seed = seed,
                       .threads = threads},
            .prove_up_to = prove_up_to};
        return study_result(
            std::move(progress),
            [&](const Report&) { return CyclesOfSystem(study_cycles(network, options), system); },
            [system](const CyclesOfSystem& study) { return account_of(study, system); });
    });
}

void add_cycle_defaults(py::dict& all) {
    using namespace py::literals;
    const CycleStudyOptions options;
    all["cycles"] =
        py::dict("starts"_a = options.search.starts, "max_faces"_a = options.search.max_faces,
                 "max_period"_a = options.search.max_period,
                 "max_born_period"_a = options.search.max_born_period,
                 "duration"_a = options.search.duration, "max_nodes"_a = options.search.max_nodes,
                 "prove_up_to"_a = options.prove_up_to, "seed"_a = options.search.seed,
                 "threads"_a = options.search.threads);
}

}  // namespace resdyn::python
