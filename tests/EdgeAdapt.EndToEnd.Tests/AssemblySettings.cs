// Each test runs several processes; side by side they would take each other's processor time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
