#!/usr/bin/perl
# SPDX-License-Identifier: LGPL-2.1-or-later

# That a queue works in Perl as it is, with nothing made for Perl.

use strict;
use warnings;

use Glib::Object::Introspection;
use Test::More;

Glib::Object::Introspection->setup (basename => 'Gio', version => '2.0', package => 'Gio');
Glib::Object::Introspection->setup (basename => 'Aq', version => '1', package => 'Aq');

sub wait_for (&)
{
  my ($is_done) = @_;

  Glib::MainContext->default->iteration (1) until $is_done->();
}

sub file
{
  return Gio::File::new_for_path ('/' . shift);
}

{
  my $queue = Aq::Queue->new ('Glib::Object', 0);
  my $file = file (1);

  ok ($queue->try_put ($file), 'a put takes an object');
  is ($queue->get_length, 1, 'it is in the queue');
  is ($queue->try_get, $file, 'it comes out as itself');
}

{
  my $queue = Aq::Queue->new ('Glib::Object', 1);
  my @got;
  my $n_put = 0;

  for my $i (1 .. 3)
  {
    $queue->put_async (file ($i), undef, sub {
      $queue->put_finish ($_[1]);
      $n_put++;
    });
  }
  wait_for { $n_put == 1 };
  is ($queue->get ('waiting-putters'), 2, 'a put waits for room');

  for (1 .. 3)
  {
    $queue->get_async (undef, sub {
      push @got, $queue->get_finish ($_[1])->get_path;
    });
  }
  wait_for { @got == 3 && $n_put == 3 };
  is_deeply (\@got, ['/1', '/2', '/3'], 'items come in the order of the puts');
}

{
  my $queue = Aq::Queue->new ('Glib::Object', 0);
  my $error;

  $queue->shutdown (0);
  $queue->get_async (undef, sub {
    eval { $queue->get_finish ($_[1]) };
    $error = $@;
  });
  wait_for { defined $error };
  ok ($error->matches ('Gio::IOErrorEnum', 'closed'), 'a queue that is shut down says so');
}

{
  my $queue = Aq::Queue->new ('Glib::Object', 0);
  my ($n_added, $is_drained) = (0, 0);

  $queue->signal_connect ('items-added' => sub { $n_added += $_[1] });
  $queue->signal_connect ('drained' => sub { $is_drained = 1 });
  $queue->try_put (file (1));
  wait_for { $n_added == 1 };
  $queue->try_get;
  wait_for { $is_drained };
  pass ('signals tell of items');
}

{
  my $queue = Aq::PriorityQueue->new ('Glib::Object', 0);

  $queue->try_put_with_priority (file (2), 2);
  $queue->try_put_with_priority (file (1), -1);
  is ($queue->try_get->get_path, '/1', 'a priority queue gives the most urgent item first');
}

{
  my $queue = Aq::Queue->new ('Glib::Object', 1);

  $queue->set_overflow ('drop-oldest');
  $queue->try_put (file ($_)) for 1 .. 3;
  is ($queue->get_overflow, 'drop-oldest', 'overflow has the names of its values');
  is ($queue->try_get->get_path, '/3', 'overflow says what is dropped');
  $queue->set (overflow => 'drop-newest');
  is ($queue->get ('overflow'), 'drop-newest', 'overflow is a property');
}

{
  my $queue = Aq::Queue->new ('Glib::Object', 6);

  $queue->set_size_func (sub { length $_[0]->get_path });
  $queue->try_put (file ('four'));
  is ($queue->get ('size'), 5, 'the bound goes by the sizes of the items');
  ok (!$queue->offer (file ('a')), 'and what does not fit stays out');
}

done_testing;
