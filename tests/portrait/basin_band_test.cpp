#include <atomic>
#include <boost/test/unit_test.hpp>
#include <limits>
#include <string_view>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

#include "portrait/basin_band.hpp"
#include "portrait/basins_farm.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(basin_band_)

namespace {

struct Example {
    ResidualSystem system;
    StateSpace space;
    Slice slice;
    BasinOptions options{.width = 150, .height = 120};

    Example()
        : system(Random(5).normal_matrix(4, 4, 1.5), Activation::Tanh, 0.3),
          space(system, Coordinate::Residual),
          slice(unit_slice(space, 0, 1, Vector::Constant(4, 0.1))) {
        options.settle.t_end = 200;
        // Part of the window lies outside the cube.
        slice.window.upper = Vector::Constant(2, 1.2);
    }
};

void same(const BasinMap& a, const BasinMap& b) {
    BOOST_TEST(a.labels.reshaped() == b.labels.reshaped(), boost::test_tools::per_element());
    BOOST_TEST(a.certified == b.certified);
    BOOST_TEST(a.by_proof == b.by_proof);
    BOOST_TEST(a.complete == b.complete);
    BOOST_REQUIRE(a.attractors.size() == b.attractors.size());
    for (std::size_t k = 0; k < a.attractors.size(); ++k) {
        BOOST_TEST((a.attractors[k].pattern == b.attractors[k].pattern));
        BOOST_TEST((a.attractors[k].y == b.attractors[k].y));
        BOOST_TEST(a.attractors[k].members == b.attractors[k].members);
        BOOST_TEST(a.attractors[k].proved == b.attractors[k].proved);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(shards_merge_to_the_undisturbed_map) {
    const Example example;
    const BasinMap whole = basin_map(example.space, example.slice, example.options);
    BOOST_TEST(whole.attractors.size() >= 2U);
    BOOST_TEST(whole.count(OutsideCell) > 0);
    const test::TemporaryFolder folder;
    for (Index k = 0; k < 2; ++k) {
        Farm shard({.folder = folder.path, .shard = {k, 2}});
        basin_map(example.space, example.slice, example.options, shard);
        BOOST_TEST(shard.progress().complete());
        BOOST_TEST(shard.progress().tasks >= 1);
    }
    Farm merged = Farm::of_journals({folder.path});
    same(basin_map(example.space, example.slice, example.options, merged), whole);
}

BOOST_AUTO_TEST_CASE(a_stopped_map_goes_on_to_the_same_end) {
    Example example;
    const BasinMap whole = basin_map(example.space, example.slice, example.options);
    const test::TemporaryFolder folder;
    std::atomic<bool> begun{false};
    BasinOptions stopping = example.options;
    stopping.stop_requested = [&] { return begun.load(); };
    stopping.on_progress = [&](double) { begun = true; };
    Farm first({.folder = folder.path});
    BOOST_TEST(!basin_map(example.space, example.slice, stopping, first).complete);
    BOOST_TEST(first.progress().done == 1);
    Farm next({.folder = folder.path, .resume = true});
    same(basin_map(example.space, example.slice, example.options, next), whole);
    BOOST_TEST(next.progress().resumed == 1);
    example.options.settle.rel_tol *= 2;
    Farm other({.folder = folder.path, .resume = true});
    BOOST_TEST(test::says(test::refusal<InputError>([&] {
                              basin_map(example.space, example.slice, example.options, other);
                          }),
                          "tolerances"));
}

BOOST_AUTO_TEST_CASE(a_band_is_read_as_it_was_written) {
    BasinBand band;
    band.labels = {0, 0, -5, 1, 1, 1, -1};
    BasinAttractor place;
    place.pattern = pattern_from_string("LHF");
    place.proved = true;
    place.y = Vector{{-1.0, 1.0, std::numeric_limits<double>::denorm_min()}};
    place.type = EquilibriumType::StableFocus;
    place.members = 300;
    band.places = {place, place};
    band.places[1].is_continuum = true;
    band.certified = 12;
    band.proof = "all starts go to one";
    const std::string bytes = band.bytes();
    const BasinBand read(bytes);
    BOOST_TEST(read.bytes() == bytes);
    BOOST_TEST(read.labels == band.labels);
    BOOST_TEST((read.places[0].y == place.y));
    BOOST_TEST((read.places[0].pattern == place.pattern));
    BOOST_TEST(read.places[1].is_continuum);
    BOOST_TEST(read.proof == band.proof);
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        BOOST_CHECK_THROW(BasinBand(std::string_view(bytes).substr(0, length)), InputError);
    }
    band.labels = {2};
    BOOST_CHECK_THROW(BasinBand(band.bytes()), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
