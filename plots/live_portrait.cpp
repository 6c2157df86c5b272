#include "live_portrait.hpp"

#include <nlohmann/json.hpp>

#include "figures/markers.hpp"
#include "page_data.hpp"
#include "results/portrait_points.hpp"

namespace resdyn::plots {

namespace {

using Json = nlohmann::ordered_json;

constexpr double page_t_end = 40.0;  // as PortraitOptions

}  // namespace

std::string live_portrait_json(const PhasePortrait& portrait, Index layers) {
    Json trajectories = Json::array();
    for (const PortraitTrajectory& path : portrait.trajectories) {
        const bool has_class = path.label >= 0;
        trajectories.push_back({{"label", has_class ? Json(path.label) : Json(nullptr)},
                                {"colour", has_class ? figures::class_colour(path.label)
                                                     : std::string(figures::flow_colour)},
                                {"flow", {{"s", json_rows(path.s)}}},
                                {"network", {{"s", json_rows(path.layers)}}}});
    }
    const Json json = {{"system",
                        {{"W", json_rows(portrait.W)},
                         {"activation", to_string(portrait.activation)},
                         {"step", portrait.step}}},
                       {"layers", layers},
                       {"t_end", page_t_end},
                       {"plane", portrait_with_points(portrait)},
                       {"trajectories", std::move(trajectories)}};
    return script_safe(json.dump());
}

}  // namespace resdyn::plots
