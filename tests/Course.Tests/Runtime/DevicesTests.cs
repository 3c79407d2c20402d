using Course.Runtime;
using NUnit.Framework;
using TorchSharp;

namespace Course.Tests.Runtime;

[TestFixture]
public class DevicesTests
{
    [TestCase("cpu")]
    [TestCase(" CPU ")]
    public void Cpu_is_always_there(string name) => Assert.That(Devices.Parse(name).type, Is.EqualTo(DeviceType.CPU));

    [Test]
    public void Auto_takes_cuda_only_when_it_is_usable() =>
        Assert.That(Devices.Parse("auto").type, Is.EqualTo(torch.cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU));

    [TestCase("")]
    [TestCase("gpu")]
    [TestCase("cuda:")]
    [TestCase("cuda:-1")]
    [TestCase("cuda:1:2")]
    [TestCase("cpu:0")]
    public void A_wrong_name_is_refused_with_the_names_that_work(string name) =>
        Assert.That(() => Devices.Parse(name), Throws.ArgumentException.With.Message.Contains("auto, cpu, cuda or cuda:N"));

    [Test]
    public void A_cuda_device_that_is_not_there_is_refused_in_words()
    {
        var missing = torch.cuda.is_available() ? $"cuda:{torch.cuda.device_count()}" : "cuda";
        Assert.That(() => Devices.Parse(missing), Throws.InvalidOperationException.With.Message.Contains("CUDA device"));
    }

    [Test]
    public void The_environment_variable_overrides_the_default()
    {
        var before = Environment.GetEnvironmentVariable(Devices.Variable);
        try
        {
            Environment.SetEnvironmentVariable(Devices.Variable, "cpu");
            Assert.That(Devices.Default.type, Is.EqualTo(DeviceType.CPU));
            Environment.SetEnvironmentVariable(Devices.Variable, "toaster");
            Assert.That(() => Devices.Default, Throws.ArgumentException.With.Message.Contains("toaster"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Devices.Variable, before);
        }
    }
}
