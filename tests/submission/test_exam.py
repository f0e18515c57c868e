"""What is asked: drawn anew, in an order that tells nothing, and marked by the harness alone."""

from dataclasses import replace

import numpy as np

from cosplit.catalogue import channel
from cosplit.message import Bits, Symbols
from cosplit.seeds import generator


def test_the_halves_meet_two_unlike_orders_of_the_whole_pool(exam):
    first, second = exam.order("device", "noiseless"), exam.order("server", "noiseless")
    everything = np.arange(len(exam.pool))
    for order in (first, second):
        assert np.array_equal(np.sort(order), everything)
    assert (first != second).mean() > 0.9
    assert (first != everything).mean() > 0.9


def test_another_drawing_is_another_order(exam):
    other = replace(exam, drawn=exam.drawn + 1)
    assert (exam.order("device") != other.order("device")).mean() > 0.9


def test_a_test_image_meets_the_noise_it_always_meets(exam):
    over, sent = channel("awgn10"), [Symbols.of([0.5] * 4)] * len(exam.pool)
    received = exam.received(over, sent)
    index = int(exam.test.index[7])
    alone = over.send(sent[7], generator(exam.seed, "noise", "awgn10", index))
    assert received[7] == alone
    assert len({message.data for message in received}) == len(received), "all noise is its own"
    same = replace(exam, drawn=exam.drawn + 1).received(over, sent)
    assert same == received


def test_marks_are_given_by_place_in_the_pool(exam):
    labels = [exam.test.labels, exam.validation.labels]
    labels += [exam.test.labels[exam.chosen]] * len(exam.changed)
    answers = np.concatenate(labels)
    correct, validation = exam.right(answers)
    assert correct.all()
    assert validation == 1
    assert all(right.all() for right in exam.right_by_kind(answers).values())
    answers[-1] = (answers[-1] + 1) % 10
    wrong = exam.right_by_kind(answers)
    assert sum((~right).sum() for right in wrong.values()) == 1
    answers[: len(exam.test)] = (answers[: len(exam.test)] + 1) % 10
    assert not exam.right(answers)[0].any()
    assert not exam.right_by_kind(answers)["plain"].any()


def test_bits_pass_a_noiseless_channel(exam):
    sent = [Bits(bytes([k % 256]), 8) for k in range(len(exam.pool))]
    assert exam.received(channel("noiseless"), sent) == sent
