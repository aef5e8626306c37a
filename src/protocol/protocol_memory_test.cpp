// What the protocol allocates: nothing per message, nothing while idle, and never what a header promises.
#include <cstdlib>
#include <new>

#include "protocol/protocol_fixture.hpp"

namespace {

// Every allocation of this test program goes through here; only this file looks at the counts.
struct Allocations {
  std::size_t count = 0;
  std::size_t bytes = 0;
  std::size_t largest_bytes = 0;
};
Allocations allocations;

}  // namespace

static void note_allocation(std::size_t size) {
  ++allocations.count;
  allocations.bytes += size;
  allocations.largest_bytes = size > allocations.largest_bytes ? size : allocations.largest_bytes;
}

// Buffers grow by realloc(), whose calls the linker brings here.
extern "C" void* __real_realloc(void* memory, std::size_t size);
extern "C" void* __wrap_realloc(void* memory, std::size_t size) {
  note_allocation(size);
  return __real_realloc(memory, size);
}

// AddressSanitizer brings an operator new[] that does not call operator new, so both are replaced.
void* operator new(std::size_t size) {
  note_allocation(size);
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new[](std::size_t size) { return operator new(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace duplex {
namespace {

using namespace protocol_testing;  // NOLINT(google-build-using-namespace)

template<class Action>
Allocations allocated_by(Action action) {
  allocations = {};
  action();
  return allocations;
}

std::size_t drain(Protocol& protocol, Octets& input) {
  std::size_t events = 0;
  protocol.receive(input);
  while (protocol.next_event()) ++events;
  return events;
}

TEST(Memory, of_an_idle_protocol_is_at_most_208_bytes) {
  const Allocations made = allocated_by([] { (void)Protocol::server({}); });
  EXPECT_EQ(made.count, 1u);
  EXPECT_LE(made.bytes + sizeof(Protocol), 208u);
}

TEST(Memory, is_not_allocated_for_messages_and_pings_that_lie_in_the_input) {
  Protocol server = Protocol::server({});
  Octets input;
  for (int i = 0; i < 1000; ++i)
    input = std::move(input) + hex("81 85 37 FA 21 3D 7F 9F 4D 51 58 89 81 Z 01 8A 80 Z");
  server.output().prepare(100'000);
  std::size_t events = 0;
  const Allocations made = allocated_by([&] { events = drain(server, input); });
  EXPECT_EQ(events, 3000u);
  EXPECT_EQ(made.count, 0u);
}

TEST(Memory, is_not_allocated_to_send_into_an_output_that_has_room) {
  SeededEntropy entropy(1);
  Protocol client = Protocol::client({}, entropy);
  client.output().prepare(100'000);
  const Octets payload(1000);
  const Allocations made = allocated_by([&] {
    for (int i = 0; i < 90; ++i) (void)client.send(MessageType::binary, payload);
  });
  EXPECT_EQ(client.output().size(), 90u * 1008u);
  EXPECT_EQ(made.count, 0u);
}

TEST(Memory, is_not_allocated_for_what_a_header_promises_6455_5_2_08_6455_10_4_01) {
  Limits limits;
  limits.message_bytes_max = std::uint64_t{1} << 40;
  Protocol server = Protocol::server(limits);
  Octets input = hex("82 FF 00 00 00 40 00 00 00 00 Z 100*01");
  const Allocations made = allocated_by([&] { drain(server, input); });
  EXPECT_TRUE(server.is_inside_message());
  EXPECT_LE(made.bytes, 500u);
}

TEST(Memory, is_not_allocated_for_a_length_above_the_limit_6455_5_2_07_6455_5_2_08) {
  for (const char* header : {"82 FF 7F FF FF FF FF FF FF FF Z", "82 FF FF FF FF FF FF FF FF FF Z"}) {
    Protocol server = Protocol::server({});
    Octets input = hex(header);
    const Allocations made = allocated_by([&] { drain(server, input); });
    EXPECT_LE(made.bytes, 500u);
  }
}

TEST(Memory, grows_in_few_steps_to_at_most_half_more_than_the_message_6455_6_2_03) {
  Protocol server = Protocol::server({});
  Octets header = hex("82 FF 00 00 00 00 00 10 00 00 Z");
  Octets piece(4096);
  const Allocations made = allocated_by([&] {
    drain(server, header);
    for (int i = 0; i < 255; ++i) drain(server, piece);
  });
  EXPECT_LE(made.count, 12u);
  EXPECT_LE(made.largest_bytes, (1u << 20) * 3 / 2);
  EXPECT_EQ(drain(server, piece), 1u);
}

TEST(Memory, of_a_message_in_two_halves_is_allocated_once) {
  Protocol server = Protocol::server({});
  Octets begin = hex("82 FE 80 00 Z 16384*01");
  Octets end(16384);
  const Allocations made = allocated_by([&] {
    drain(server, begin);
    drain(server, end);
  });
  EXPECT_EQ(made.count, 2u);  // the message's state, and its bytes
  EXPECT_EQ(made.largest_bytes, 32768u);
}

TEST(Memory, stays_flat_under_a_million_empty_fragments_6455_5_4_12) {
  Limits limits;
  limits.fragments_max = 2'000'000;
  Protocol server = Protocol::server(limits);
  Octets first = hex("01 80 Z");
  Octets thousand;
  for (int i = 0; i < 1000; ++i) thousand = std::move(thousand) + hex("00 80 Z");
  Octets last = hex("80 81 Z 61");
  const Allocations made = allocated_by([&] {
    drain(server, first);
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(drain(server, thousand), 0u);
  });
  EXPECT_LE(made.bytes, 300u);
  EXPECT_EQ(drain(server, last), 1u);
}

TEST(Memory, is_given_back_when_the_message_was_looked_at) {
  Protocol server = Protocol::server({});
  Octets begin = hex("02 84 Z 01 02 03 04");
  Octets end = hex("80 81 Z 05");
  drain(server, begin);
  EXPECT_EQ(drain(server, end), 1u);
  EXPECT_FALSE(server.is_inside_message());
  // What is left is what a fresh protocol holds: the next message has to allocate again.
  EXPECT_EQ(allocated_by([&] { drain(server, begin); }).count, 2u);
}

}  // namespace
}  // namespace duplex
