#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>
#include <vector>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

#include "work/task_bytes.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(task_bytes_)

BOOST_AUTO_TEST_CASE(what_is_written_is_read) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    constexpr auto highest = std::numeric_limits<Index>::max();
    constexpr auto lowest = std::numeric_limits<Index>::min();
    const std::vector<std::uint64_t> plain = {0, 1, 127, 128, 16383, 16384, most - 1, most};
    const std::vector<Index> either = {0, -1, 1, -64, 64, -65, highest, lowest};
    TaskWriter writer;
    for (const std::uint64_t value : plain) {
        writer.add(value);
    }
    for (const Index value : either) {
        writer.add_signed(value);
    }
    const std::string bytes = writer.take();
    TaskReader reader(bytes);
    for (const std::uint64_t value : plain) {
        BOOST_TEST(reader.next() == value);
    }
    for (const Index value : either) {
        BOOST_TEST(reader.next_signed() == value);
    }
    reader.end();
}

BOOST_AUTO_TEST_CASE(sparse_lists_are_read_and_short) {
    Random random(3);
    for (int k = 0; k < 50; ++k) {
        std::vector<Index> values(random.below(40), 0);
        for (Index& value : values) {
            value = random.below(3) == 0 ? static_cast<Index>(random.below(100'000)) : 0;
        }
        TaskWriter writer;
        writer.add_sparse(values);
        const std::string bytes = writer.take();
        std::vector<Index> read(values.size(), 7);
        TaskReader reader(bytes);
        reader.next_sparse(read);
        reader.end();
        BOOST_TEST(read == values);
    }
    TaskWriter writer;
    writer.add_sparse(std::vector<Index>(1000, 0));
    BOOST_TEST(writer.take().size() == 1U);
}

BOOST_AUTO_TEST_CASE(bytes_that_end_too_early_or_go_on_are_refused) {
    TaskWriter writer;
    writer.add(300);
    writer.add_sparse({0, 0, 5});
    const std::string bytes = writer.take();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        TaskReader reader(std::string_view(bytes).substr(0, length));
        std::vector<Index> values(3);
        BOOST_CHECK_THROW(
            {
                reader.next();
                reader.next_sparse(values);
            },
            InputError);
    }
    TaskReader longer(bytes);
    BOOST_CHECK_THROW(longer.end(), InputError);
    TaskReader narrow(bytes);
    narrow.next();
    std::vector<Index> two(2);
    BOOST_CHECK_THROW(narrow.next_sparse(two), InputError);
    BOOST_CHECK_THROW(TaskReader(std::string(11, '\xff')).next(), InputError);
}

BOOST_AUTO_TEST_SUITE_END()
